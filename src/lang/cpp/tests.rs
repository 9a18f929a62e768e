//! Snapshots of the walker and of where imports lead.

use super::CPP;
use crate::facts::ImportKind;
use crate::lang::c::tests::{check, leads};
use crate::lang::testing::Files;
use crate::lang::{PackageScope, Through};
use expect_test::expect;

#[test]
fn a_header_declares_classes_templates_and_aliases() {
    check(
        &CPP,
        include_str!("../../../fixtures/cpp/walk/store.h"),
        &expect![[r#"
        module store 11:11-104 public 0x0
        class store.Cache 13:13-13 public 0x8
        struct store.Options 14:14-14 public 0x8
        class store.Pool 16:15-16 public 0x8
        enum store.Mode 18:18-18 public 0x0
        enum-member store.Mode.kRead 18:18-18 public 0x0 -> @store.Mode
        enum-member store.Mode.kWrite 18:18-18 public 0x0 -> @store.Mode
        enum store.Level 19:19-19 public 0x0
        enum-member store.Level.LOW 19:19-19 public 0x0 -> @store.Level
        enum-member store.Level.HIGH 19:19-19 public 0x0 -> @store.Level
        type-alias store.Clock 21:21-21 public 0x0 -> std.chrono.steady_clock
        type-alias store.Table 24:23-24 public 0x0 -> std.map<%K, std.unique_ptr<Cache>>
        type-alias store.Callback 25:25-25 public 0x0 -> *fn void
        constant store.kLimit 27:27-27 public 0x0 -> int = int
        variable store.kVersion 28:28-28 public 0x8 -> *char
        class store.Db 31:31-81 public 0x0 extends Base extends detail.Locked<Cache>
        method store.Db.Open 34:34-34 public 0x9 (options: Options, name: string, out: *std.unique_ptr<Db>)/3 -> Status
        constructor store.Db.Db 36:36-36 public 0x0
        constructor store.Db.Db 37:37-37 public 0x8 (options: Options, level: int)/1
        constructor store.Db.Db 38:38-38 public 0x0 (: Db)/1
        method store.Db.operator= 39:39-39 public 0x0 (: Db)/1 -> Db
        method store.Db.~Db 40:40-40 public 0x8
        method store.Db.Get 42:42-42 public 0x2 (key: Slice, value: *string)/2 -> Status
        method store.Db.Put 43:43-43 public 0x18 (key: Slice, value: Slice)/2 -> Status
        method store.Db.Empty 44:44-44 public 0x0 -> bool
        method store.Db.Each 46:45-46 public 0x8 (visit: %F)/1
        method store.Db.operator== 48:48-48 public 0x0 (other: Db)/1 -> bool
        method store.Db.operator bool 49:49-49 public 0x0 -> bool
        method store.Db.operator[] 50:50-50 public 0x0 (i: size_t)/1 -> Cache
        class store.Db.Iterator 52:52-60 public 0x0
        constructor store.Db.Iterator.Iterator 54:54-54 public 0x0 (db: *Db)/1
        method store.Db.Iterator.Next 55:55-55 public 0x8 -> bool
        field store.Db.Iterator.db_ 58:58-58 private 0x0 -> *Db
        field store.Db.Iterator.at_ 59:59-59 private 0x0 -> int
        enum store.Db.Kind 62:62-62 public 0x0
        enum-member store.Db.Kind.kSmall 62:62-62 public 0x0 -> @store.Db.Kind
        enum-member store.Db.Kind.kBig 62:62-62 public 0x0 -> @store.Db.Kind
        method store.Db.Count 65:65-65 protected 0x208 (what: *char)/1 -> int
        function store.Db.operator< 67:67-67 public 0x0 (a: Db, b: Db)/2 -> bool
        method store.Db.Lock 70:70-70 private 0x8 -> void
        field store.Db.instances_ 72:72-72 private 0x1 -> int
        field store.Db.cache_ 73:73-73 private 0x0 -> std.shared_ptr<Cache>
        field store.Db.caches_ 74:74-74 private 0x0 -> std.vector<std.unique_ptr<Cache>>
        field store.Db.name_ 75:75-75 private 0x0 -> std.string = str
        field store.Db.id_ 76:76-76 private 0x0 -> int = new int(int)
        field store.Db.other_ 76:76-76 private 0x0 -> int = int
        field store.Db.number_ 78:78-78 private 0x0 -> int
        field store.Db.real_ 79:79-79 private 0x0 -> double
        struct store.Pool 84:83-86 public 0x0 extends Pool<long>
        field store.Pool.value 85:85-85 public 0x0 -> int
        function store.hidden 89:89-89 private 0x8000 -> int
        module store.v2 92:92-94 public 0x0
        struct store.v2.Point 93:93-93 public 0x0
        field store.v2.Point.x 93:93-93 public 0x0 -> int
        field store.v2.Point.y 93:93-93 public 0x0 -> int
        function store.Max 97:96-99 public 0x0 (a: %T, b: %T)/2 -> %T
        type-alias store.Sized 102:101-102 public 0x0
        import Include path=<map> name= bound= re-export
        import Include path=<memory> name= bound= re-export
        import Include path=<string> name= bound= re-export
        import Include path=<vector> name= bound= re-export
        import Include path=store/slice.h name= bound= re-export
        import Symbol path=std name=string bound=string re-export
        import Wildcard path=store::v2 name= bound= re-export
        21:15 read std in store.Clock
        21:20 read std.chrono in store.Clock
        21:28 type std.chrono.steady_clock in store.Clock
        24:15 read std in store.Table
        24:20 type std.map in store.Table
        24:27 read std in store.Table
        24:32 type std.unique_ptr in store.Table
        24:43 type Cache in store.Table
        25:43 type Slice in store
        31:32 extends Base in store.Db
        31:54 read detail in store.Db
        31:62 extends detail.Locked in store.Db
        31:69 type Cache in store.Db
        34:10 type Status in store.Db.Open
        34:28 type Options in store.Db.Open
        34:52 type string in store.Db.Open
        34:66 read std in store.Db.Open
        34:71 type std.unique_ptr in store.Db.Open
        34:82 type Db in store.Db.Open
        37:21 type Options in store.Db.Db
        38:12 type Db in store.Db.Db
        39:3 type Db in store.Db.operator=
        39:23 type Db in store.Db.operator=
        42:11 type Status in store.Db.Get
        42:28 type Slice in store.Db.Get
        42:40 type string in store.Db.Get
        43:3 type Status in store.Db.Put
        43:20 type Slice in store.Db.Put
        43:38 type Slice in store.Db.Put
        44:40 read cache_ in store.Db.Empty
        44:48 call cache_.Count/0 in store.Db.Empty
        44:64 call size/0 in store.Db.Empty
        44:73 read kLimit in store.Db.Empty
        48:25 type Db in store.Db.operator==
        48:57 read self.name_ in store.Db.operator==
        48:72 read %other.name_ in store.Db.operator==
        49:43 read cache_ in store.Db.operator bool
        50:3 type Cache in store.Db.operator[]
        50:41 read caches_ in store.Db.operator[]
        54:14 type Db in store.Db.Iterator.Iterator
        54:24 write db_ in store.Db.Iterator.Iterator
        54:33 write at_ in store.Db.Iterator.Iterator
        58:5 type Db in store.Db.Iterator
        66:16 type Tester in store.Db
        67:31 type Db in store.Db.operator<
        67:44 type Db in store.Db.operator<
        67:62 read %a.id_ in store.Db.operator<
        67:70 read %b.id_ in store.Db.operator<
        73:3 read std in store.Db
        73:8 type std.shared_ptr in store.Db
        73:19 type Cache in store.Db
        74:3 read std in store.Db
        74:8 type std.vector in store.Db
        74:15 read std in store.Db
        74:20 type std.unique_ptr in store.Db
        74:31 type Cache in store.Db
        75:3 read std in store.Db
        75:8 type std.string in store.Db
        84:20 extends Pool in store.Pool
        102:35 call %t.size/0 in store.Sized
    "#]],
    );
}

#[test]
fn a_source_file_defines_members_and_calls() {
    check(
        &CPP,
        include_str!("../../../fixtures/cpp/walk/store.cc"),
        &expect![[r#"
            module store 8:8-100 public 0x0
            module store.a 9:9-11 public 0x0
            module store.a.b 9:9-11 public 0x0
            function store.a.b.helper 10:10-10 public 0x8 (: int)/1 -> void
            variable store.Db.instances_ 13:13-13 public 0x0 -> int = int
            constructor store.Db.Db 15:15-18 public 0x0 (options: Options, level: int)/2
            method store.Db.~Db 20:20-20 public 0x0
            method store.Db.Put 22:22-57 public 0x0 (key: Slice, value: Slice)/2 -> Status
            method store.Iterator.Next 59:59-59 public 0x0 -> bool
            method store.Db.operator bool 61:61-61 public 0x0 -> bool
            method store.Db.Each 64:63-66 public 0x0 (visit: %F)/1 = %visit(%N)
            method store.Pool.Take 69:68-72 public 0x0 (item: *%T)/1 -> void
            function store.a.b.helper 74:74-74 public 0x0 (n: int)/1 -> void
            function store.operator<< 76:76-78 public 0x0 (out: std.ostream, db: Db)/2 -> std.ostream
            constant store.kTable 80:80-83 private 0x8000 -> std.map<std.string, Callback> = new std.map<std.string, Callback>(?, ?)
            function store.ModeName 85:85-92 public 0x0 (mode: Mode)/1 -> *char
            struct store.Config 94:94-97 public 0x0
            field store.Config.depth 95:95-95 public 0x0 -> int
            field store.Config.mode 96:96-96 public 0x0 -> Mode
            function store.MakeConfig 98:98-98 public 0x0 -> Config
            function store_open 103:103-103 public 0x0 (name: *char)/1 -> int
            function DbTest.PutsKeys 106:106-109 public 0x4
            function opens a store 111:111-113 public 0x4
            function main 115:115-117 public 0x1000 (argc: int, argv: **char)/2 -> int
            import Include path=store/store.h name= bound= re-export
            import Include path=<algorithm> name= bound= re-export
            import Wildcard path=store::detail name= bound= re-export
            import Module path=std::filesystem name= bound=fs re-export
            15:1 type Db in store.Db.Db
            15:14 type Options in store.Db.Db
            16:7 new Base/1 in store.Db.Db
            16:20 read %options.env in store.Db.Db
            16:26 write cache_ in store.Db.Db
            16:33 call NewCache/1 in store.Db.Db
            16:51 write name_ in store.Db.Db
            16:65 read %options.name in store.Db.Db
            17:3 call Register/1 in store.Db.Db
            20:1 type Db in store.Db.~Db
            20:13 call Close/0 in store.Db.~Db
            22:1 type Status in store.Db.Put
            22:8 type Db in store.Db.Put
            22:22 type Slice in store.Db.Put
            22:40 type Slice in store.Db.Put
            23:3 type WriteBatch in store.Db.Put
            24:9 call %batch.Put/2 in store.Db.Put
            25:3 read std in store.Db.Put
            25:8 type std.lock_guard in store.Db.Put
            25:8 new std.lock_guard/1 in store.Db.Put
            25:19 read std in store.Db.Put
            25:24 type std.mutex in store.Db.Put
            25:37 read mu_ in store.Db.Put
            26:3 type Status in store.Db.Put
            26:19 read Base in store.Db.Put
            26:25 call Base.Put/2 in store.Db.Put
            27:17 read tables_ in store.Db.Put
            27:25 call tables_.find/1 in store.Db.Put
            27:42 read tables_ in store.Db.Put
            27:50 call tables_.end/0 in store.Db.Put
            28:9 read %it.second in store.Db.Put
            28:17 call %it.second.Touch/0 in store.Db.Put
            30:36 read tables_ in store.Db.Put
            31:12 call %table.Flush/1 in store.Db.Put
            33:22 read caches_ in store.Db.Put
            33:38 call %cache.Clear/0 in store.Db.Put
            34:16 read std in store.Db.Put
            34:21 call std.make_unique/2 in store.Db.Put
            34:33 type Entry in store.Db.Put
            34:33 new Entry/2 in store.Db.Put
            35:10 call %entry.Link/0 in store.Db.Put
            36:19 new Cache/1 in store.Db.Put
            36:25 read kLimit in store.Db.Put
            37:8 call %raw.Insert/1 in store.Db.Put
            39:34 call Count/1 in store.Db.Put
            39:52 type Slice in store.Db.Put
            39:65 type Status in store.Db.Put
            40:11 call %batch.Delete/1 in store.Db.Put
            41:12 call Finish/1 in store.Db.Put
            43:3 read std in store.Db.Put
            43:8 call std.for_each/3 in store.Db.Put
            43:17 read caches_ in store.Db.Put
            43:25 call caches_.begin/0 in store.Db.Put
            43:34 read caches_ in store.Db.Put
            43:42 call caches_.end/0 in store.Db.Put
            43:66 call %c.Clear/0 in store.Db.Put
            44:15 type Impl in store.Db.Put
            44:22 read env_ in store.Db.Put
            44:29 call <*Impl>.Sync/0 in store.Db.Put
            46:5 read a in store.Db.Put
            46:8 read a.b in store.Db.Put
            46:11 call a.b.helper/1 in store.Db.Put
            47:5 call Max/2 in store.Db.Put
            48:5 read Pool in store.Db.Put
            48:16 call Pool<int>.Instance/0 in store.Db.Put
            48:27 call Pool<int>.Instance().Take/0 in store.Db.Put
            49:18 type Error in store.Db.Put
            50:5 call Report/1 in store.Db.Put
            50:14 call %e.what/0 in store.Db.Put
            52:3 type Slice in store.Db.Put
            52:3 new Slice/2 in store.Db.Put
            52:18 call %key.data/0 in store.Db.Put
            53:3 type Slice in store.Db.Put
            53:3 new Slice/1 in store.Db.Put
            54:3 type Options in store.Db.Put
            54:21 call Options/0 in store.Db.Put
            55:3 type Slice in store.Db.Put
            55:3 new Slice/1 in store.Db.Put
            59:10 type Db.Iterator in store.Iterator.Next
            59:36 read db_ in store.Iterator.Next
            59:41 call db_.Empty/0 in store.Iterator.Next
            61:1 type Db in store.Db.operator bool
            64:6 type Db in store.Db.Each
            69:6 type Pool in store.Pool.Take
            70:3 read free_ in store.Pool.Take
            70:9 call free_.push_back/1 in store.Pool.Take
            70:19 read std in store.Pool.Take
            70:24 call std.move/1 in store.Pool.Take
            71:5 call operator delete/1 in store.Pool.Take
            74:30 call global/1 in store.a.b.helper
            76:1 read std in store.operator<<
            76:6 type std.ostream in store.operator<<
            76:26 read std in store.operator<<
            76:31 type std.ostream in store.operator<<
            76:51 type Db in store.operator<<
            77:20 call %db.Name/0 in store.operator<<
            77:41 call %db.Count/1 in store.operator<<
            80:14 read std in store
            80:19 type std.map in store
            80:19 new std.map/2 in store.kTable
            80:23 read std in store
            80:28 type std.string in store
            80:36 type Callback in store
            81:14 read OnGet in store.kTable
            82:13 read OnPut in store.kTable
            85:22 type Mode in store.ModeName
            87:10 read Mode in store.ModeName
            87:16 read Mode.kRead in store.ModeName
            90:14 read kNames in store.ModeName
            96:3 type Mode in store.Config
            98:1 type Config in store.MakeConfig
            98:30 new Config/2 in store.MakeConfig
            98:38 write <Config>.depth in store.MakeConfig
            98:50 write <Config>.mode in store.MakeConfig
            98:57 read Mode in store.MakeConfig
            98:63 read Mode.kWrite in store.MakeConfig
            103:43 read store in store_open
            103:50 read store.Db in store_open
            103:54 call store.Db.Open/3 in store_open
            103:78 call store.Db.Open(list, %name, null).code/0 in store_open
            107:3 type Db in DbTest.PutsKeys
            108:3 call EXPECT_EQ/2 in DbTest.PutsKeys
            108:16 call %db.Put/2 in DbTest.PutsKeys
            108:31 read Status in DbTest.PutsKeys
            108:39 call Status.OK/0 in DbTest.PutsKeys
            112:3 call REQUIRE/1 in opens a store
            112:11 call store_open/1 in opens a store
            116:10 call RunAll/2 in main
        "#]],
    );
}

#[test]
fn damage_by_macros_is_walked_round() {
    check(
        &CPP,
        include_str!("../../../fixtures/cpp/walk/broken.cc"),
        &expect![[r#"
            class Widget 5:5-15 public 0x0 extends QObject
            constructor Widget.Widget 9:9-9 public 0x8 (parent: *QObject)/0
            method Widget.size 11:11-11 public 0x0 -> int
            method Widget.setSize 12:12-12 public 0x0 (size: int)/1 -> void
            method Widget.changed 14:14-14 public 0x8 -> void
            function describe 19:19-19 public 0x0 (w: Widget)/1 -> std.string
            function Java_org_x_open 20:20-20 public 0x0 (env: *JNIEnv, self: jobject)/2 -> jint
            function DEFINE_HANDLER.open 22:22-24 public 0x0
            method Widget.grow 26:26-29 public 0x0 (by: int)/1 -> void
            method Widget.paint 31:31-38 public 0x0
            import Include path=widget.h name= bound= re-export
            5:43 extends QObject in Widget
            9:10 type QObject in Widget.Widget
            10:3 call DECLARE_PRIVATE in Widget
            10:19 read Widget in Widget
            11:38 read d in Widget.size
            11:41 read d.size in Widget.size
            12:42 read d in Widget.setSize
            12:45 call d.resize/1 in Widget.setSize
            13:2 read signals in Widget
            19:12 read std in describe
            19:17 type std.string in describe
            19:39 type Widget in describe
            19:61 call %w.name/0 in describe
            20:11 type jint in Java_org_x_open
            20:40 type JNIEnv in Java_org_x_open
            20:53 type jobject in Java_org_x_open
            20:76 call openAll/1 in Java_org_x_open
            23:3 call handle/1 in DEFINE_HANDLER.open
            23:10 read open in DEFINE_HANDLER.open
            26:6 type Widget in Widget.grow
            27:8 call changed in Widget.grow
            28:10 call resized in Widget.grow
            32:7 read visible in Widget.paint
            33:5 call draw/1 in Widget.paint
            35:3 call finish/0 in Widget.paint
            38:6 call last/0 in Widget.paint
            38:15 call done/0 in Widget.paint
        "#]],
    );
}

#[test]
fn includes_lead_to_files_and_namespaces_to_packages() {
    let tree = Files::at(&["include/store/db.h", "src/db.cc", "src/util.h"]);
    let rules = CPP.rules;
    let cases = [
        (ImportKind::Include, "store/db.h", "", "include/store/db.h"),
        (ImportKind::Include, "<string>", "", "-"),
        (ImportKind::Wildcard, "store::detail", "", "package store.detail"),
        (ImportKind::Symbol, "store", "Db", "package store"),
        (ImportKind::Wildcard, "std", "", "-"),
        (ImportKind::Module, "std::filesystem", "", "-"),
    ];
    for (kind, path, name, expected) in cases {
        assert_eq!(leads(rules.target(kind, path, name, "src/db.cc", &tree)), expected, "{path}");
    }
    assert_eq!(rules.submodule("a", "b").as_deref(), Some("a::b"));
    assert_eq!(rules.package_scope(), PackageScope::Includes);
}

#[test]
fn library_wrappers_reach_through_to_what_they_hold() {
    let rules = CPP.rules;
    assert_eq!(rules.transparent("unique_ptr"), Some(0));
    assert_eq!(rules.transparent("vector"), None);
    assert_eq!(rules.element("vector"), Some(0));
    assert_eq!(rules.element("unordered_map"), Some(1));
    assert_eq!(rules.through("shared_ptr", "get"), Some(Through::Argument(0)));
    assert_eq!(rules.through("weak_ptr", "lock"), Some(Through::Same));
    assert_eq!(rules.through("map", "at"), Some(Through::Argument(1)));
    assert_eq!(rules.through("string", "at"), None);
    assert_eq!(rules.unwrapped("future"), Some(0));
}
