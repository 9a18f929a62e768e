//! Snapshots of the walker and of where includes lead.

use super::C;
use crate::lang::rules::ManifestKey;
use crate::lang::testing::{Files, facts, walked};
use crate::lang::{Language, Target};
use expect_test::{Expect, expect};

/// Walks a source and compares what comes out.
pub(in crate::lang) fn check(language: &Language, source: &str, expected: &Expect) {
    expected.assert_eq(&walked(language, "file", source));
}

/// The file that an include leads to, or `-`.
pub(in crate::lang) fn leads(target: Target) -> String {
    match target {
        Target::Files { files, rest } => [files.join("+"), rest.join(".")].join(" ").trim().to_owned(),
        Target::Package(name) => format!("package {name}"),
        Target::External => "-".to_owned(),
    }
}

#[test]
fn a_header_declares_types_macros_and_prototypes() {
    check(
        &C,
        include_str!("../../../fixtures/c/walk/table.h"),
        &expect![[r#"
            constant KV_MAX_SLOTS 13:13-13 public 0x0 = int
            constant KV_NAME 14:14-14 public 0x0 = str
            macro KV_MIN 15:15-15 public 0x0 (a, b)/2
            macro KV_LOG 16:16-16 public 0x200 (level)/1
            macro KV_API 17:17-17 public 0x0
            type-alias kv_table 19:19-19 public 0x0
            type-alias kv_hash 20:20-20 public 0x0 -> unsigned long
            type-alias kv_compare 23:23-23 public 0x0 -> *fn int
            struct kv_pair 29:25-29 public 0x0
            field kv_pair.key 26:26-26 public 0x0 -> *char
            field kv_pair.value 27:27-27 public 0x0 -> *void
            field kv_pair.next 28:28-28 public 0x0 -> *kv_entry
            type-alias kv_pair_ptr 29:25-29 public 0x0 -> *@kv_pair
            struct kv_list 31:31-40 public 0x0
            field kv_list.next 32:32-32 public 0x0 -> *kv_list
            field kv_list.number 34:34-34 public 0x0 -> int
            field kv_list.real 35:35-35 public 0x0 -> double
            struct kv_list.(anonymous meta) 39:37-39 public 0x0
            field kv_list.(anonymous meta).hash 38:38-38 public 0x0 -> kv_hash
            field kv_list.meta 39:37-39 public 0x0 -> @kv_list.(anonymous meta)
            type-alias kv_list_t 40:31-40 public 0x0 -> @kv_list
            enum kv_state 42:42-42 public 0x0
            enum-member kv_state.KV_EMPTY 42:42-42 public 0x0 -> @kv_state
            enum-member kv_state.KV_USED 42:42-42 public 0x0 -> @kv_state
            enum-member kv_state.KV_DEAD 42:42-42 public 0x0 -> @kv_state
            enum kv_status 43:43-43 public 0x0
            enum-member kv_status.KV_OK 43:43-43 public 0x0 -> @kv_status
            enum-member kv_status.KV_FULL 43:43-43 public 0x0 -> @kv_status
            enum-member KV_LIMIT 44:44-44 public 0x0
            variable kv_verbose 46:46-46 public 0x8 -> int
            function kv_open 48:48-48 public 0x8 (name: *char, compare: kv_compare)/2 -> *kv_table
            function kv_put 49:49-49 public 0x8 (table: *kv_table, key: *char, value: *void)/3 -> int
            function kv_close 50:50-50 public 0x8 (: *kv_table)/1 -> void
            function kv_log_at 51:51-51 public 0x208 (level: int, file: *char)/2 -> int
            function kv_choose 52:52-52 public 0x8 (which: int)/1 -> *fn *kv_ops
            import Include path=<stddef.h> name= bound= re-export
            import Include path=kv/alloc.h name= bound= re-export
            28:12 type kv_entry in kv_pair
            32:12 type kv_list in kv_list
            38:9 type kv_hash in kv_list.(anonymous meta)
            48:8 type kv_table in kv_open
            48:44 type kv_compare in kv_open
            49:19 type kv_table in kv_put
            50:15 type kv_table in kv_close
            52:14 type kv_ops in kv_choose
        "#]],
    );
}

#[test]
fn a_source_file_defines_and_calls() {
    check(
        &C,
        include_str!("../../../fixtures/c/walk/table.c"),
        &expect![[r#"
        struct kv_entry 4:4-8 public 0x0
        field kv_entry.pair 5:5-5 public 0x0 -> kv_pair
        field kv_entry.state 6:6-6 public 0x0 -> unsigned char
        field kv_entry.next 7:7-7 public 0x0 -> *kv_entry
        struct kv_table 10:10-14 public 0x0
        field kv_table.slots 11:11-11 public 0x0 -> **kv_entry
        field kv_table.compare 12:12-12 public 0x0 -> kv_compare
        field kv_table.used 13:13-13 public 0x0 -> size_t
        struct kv_ops 16:16-20 public 0x0
        field kv_ops.put 17:17-17 public 0x0 -> *fn int
        field kv_ops.close 18:18-18 public 0x0 -> *fn void
        field kv_ops.flags 19:19-19 public 0x0 -> int
        variable kv_verbose 22:22-22 public 0x0 -> int = int
        variable names 23:23-23 private 0x8000 -> **char
        function hash_of 25:25-25 private 0x8008 (key: *char)/1 -> kv_hash
        constant default_ops 27:27-31 private 0x8000 -> kv_ops
        variable all_ops 33:33-36 private 0x8000 -> *kv_ops
        function hash_of 41:41-47 private 0x8000 (key: *char)/1 -> kv_hash
        function find_slot 49:49-56 private 0x8000 (table: *kv_table, key: *char)/2 -> **kv_entry
        function kv_open 58:58-69 public 0x0 (name: *char, compare: kv_compare)/2 -> *kv_table
        function kv_put 71:71-86 public 0x0 (table: *kv_table, key: *char, value: *void)/3 -> int
        function kv_dump 89:89-89 public 0x0 (table: *kv_table)/1 -> void
        function kv_dump 91:91-91 public 0x0 (table: *kv_table)/1 -> void
        function kv_choose 94:94-97 public 0x0 (which: int)/1 -> *fn *kv_ops
        function old_style 99:99-104 public 0x0 (name: *char, count: int)/2 -> int
        function kv_each 106:106-119 public 0x0 (table: *kv_table, visit: *fn void, arg: *void)/3 -> void
        function main 121:121-127 public 0x1000 (argc: int, argv: **char)/2 -> int
        import Include path=table.h name= bound= re-export
        import Include path=<string.h> name= bound= re-export
        5:5 type kv_pair in kv_entry
        7:12 type kv_entry in kv_entry
        11:12 type kv_entry in kv_table
        11:28 read KV_MAX_SLOTS in kv_table
        12:5 type kv_compare in kv_table
        17:16 type kv_table in kv_ops
        18:19 type kv_table in kv_ops
        23:38 read KV_NAME in names
        25:8 type kv_hash in hash_of
        27:21 type kv_ops in <file>
        28:6 write <kv_ops>.put in default_ops
        28:12 read kv_put in default_ops
        29:6 write <kv_ops>.close in default_ops
        29:14 read kv_close in default_ops
        30:6 write <kv_ops>.flags in default_ops
        30:14 read KV_USED in default_ops
        30:24 read KV_DEAD in default_ops
        33:15 type kv_ops in <file>
        34:8 write <kv_ops>.put in all_ops
        34:14 read kv_put in all_ops
        35:14 write <kv_ops>.close in all_ops
        35:22 read kv_close in all_ops
        41:15 type kv_hash in hash_of
        43:5 type kv_hash in hash_of
        49:15 type kv_entry in find_slot
        49:36 type kv_table in find_slot
        51:20 call hash_of/1 in find_slot
        51:35 call KV_MIN/2 in find_slot
        51:42 read KV_MAX_SLOTS in find_slot
        52:12 type kv_entry in find_slot
        52:38 read %table.slots in find_slot
        53:28 call %table.compare/2 in find_slot
        53:45 read %slot?.pair in find_slot
        53:50 read %slot?.pair.key in find_slot
        54:26 read %slot?.next in find_slot
        58:1 type kv_table in kv_open
        58:37 type kv_compare in kv_open
        60:5 type kv_table in kv_open
        60:23 call calloc/2 in kv_open
        60:47 type kv_table in kv_open
        63:12 write %table.compare in kv_open
        63:42 read strcmp in kv_open
        64:5 call KV_LOG/3 in kv_open
        65:5 call qsort/4 in kv_open
        65:18 read %table.slots in kv_open
        65:25 read KV_LIMIT in kv_open
        65:50 read %table.slots in kv_open
        65:57 read by_key in kv_open
        71:14 type kv_table in kv_put
        73:12 type kv_entry in kv_put
        73:31 call find_slot/2 in kv_put
        74:5 type kv_pair in kv_put
        75:5 type kv_pair in kv_put
        75:22 type kv_pair in kv_put
        75:33 write <kv_pair>.key in kv_put
        77:16 write %table.used in kv_put
        78:16 read KV_FULL in kv_put
        80:12 write %entry.pair in kv_put
        81:12 write %entry.state in kv_put
        81:26 type kv_state in kv_put
        81:35 read KV_USED in kv_put
        82:11 write %other.value in kv_put
        82:21 type kv_list_t in kv_put
        82:41 read <*kv_list_t>.next in kv_put
        83:5 read default_ops in kv_put
        83:17 call default_ops.put/3 in kv_put
        83:34 read %other.key in kv_put
        83:48 type kv_pair in kv_put
        83:57 read <kv_pair>.value in kv_put
        84:5 read all_ops in kv_put
        84:16 call all_ops[].close/1 in kv_put
        85:12 read KV_OK in kv_put
        88:13 read KV_DEBUG in <file>
        88:26 read KV_LEVEL in <file>
        89:14 type kv_table in kv_dump
        89:33 call print_table/1 in kv_dump
        91:14 type kv_table in kv_dump
        94:14 type kv_ops in kv_choose
        96:20 read choose_default in kv_choose
        96:37 read choose_other in kv_choose
        103:12 call puts/1 in old_style
        106:14 type kv_table in kv_each
        108:5 call list_for_each/2 in kv_each
        108:20 read entry in kv_each
        109:15 read entry in kv_each
        109:22 read entry.pair in kv_each
        109:27 read entry.pair.key in kv_each
        111:20 read %table.used in kv_each
        112:10 read KV_LIMIT in kv_each
        123:5 type kv_table in main
        123:23 call kv_open/2 in main
        123:40 read strcmp in main
        124:5 call kv_each/3 in main
        124:20 read print_one in main
        125:5 call kv_close/1 in main
    "#]],
    );
}

#[test]
fn damage_is_walked_round() {
    check(
        &C,
        include_str!("../../../fixtures/c/walk/broken.c"),
        &expect![[r#"
        function exported 3:3-3 public 0x8 (a: int)/1 -> int
        function callback 4:4-4 private 0x8000 (arg: *void)/1 -> void
        struct vec 5:5-5 public 0x0
        field vec.x 5:5-5 public 0x0 -> float
        field vec.y 5:5-5 public 0x0 -> float
        variable guarded 6:6-6 public 0x0 -> int = int
        function half 8:8-13 public 0x0 (x: int)/1 -> int
        function after 15:15-15 public 0x0 -> void
        function split 17:17-27 public 0x0 (a: int)/1 -> int
        function always 32:32-35 public 0x0 -> int
        variable a 38:38-38 public 0x0 -> int
        import Include path=platform.h name= bound= re-export
        4:43 call handle/1 in callback
        10:16 call first/1 in half
        12:12 call second/1 in half
        15:20 call third/0 in after
        20:9 call is_windows/1 in split
        24:16 call both/1 in split
        34:12 call one/0 in always
        37:8 read unfinished in <file>
        39:12 read f in <file>
    "#]],
    );
}

#[test]
fn doc_comments_lose_their_markers() {
    let source = "/**\n * Adds.\n *\n * Slowly.\n */\nint add(int a);\n\n// One.\n// Two.\nint two;\n\n// Apart.\n\nint three; // trailing\nint four;\n";
    let (_, texts) = facts(&C, "file", source);
    let docs: Vec<String> = texts.into_iter().skip(1).map(|text| text.doc).collect();
    assert_eq!(docs, ["Adds.\n\nSlowly.", "One.\nTwo.", "", ""]);
}

#[test]
fn nothing_makes_the_walker_fail() {
    let nested = format!("int x = {}1{};", "(".repeat(3_000), ")".repeat(3_000));
    let blocks = format!("void f(void) {}{}", "{".repeat(3_000), "}".repeat(3_000));
    let sum = format!("int x = 1{};", " + a".repeat(5_000));
    let cases = [
        "",
        "\u{feff}",
        "}",
        "{{{{",
        "#define",
        "#define X",
        "#include",
        "#if",
        "typedef",
        "struct",
        "struct {",
        "enum { A, , B",
        "int (*(*(*",
        "int a[",
        "f(",
        "\"",
        "'",
        "/*",
        "R\"(",
        "int ((((a",
        "typedef struct {} ;",
        "class X",
        "void (",
        "a::",
        "::",
        &nested,
        &blocks,
        &sum,
    ];
    for source in cases {
        for language in [&C, &crate::lang::cpp::CPP] {
            assert!(!facts(language, "file", source).0.defs.is_empty());
        }
    }
}

#[test]
fn every_head_of_a_file_is_walked() {
    let sources = [
        include_str!("../../../fixtures/c/walk/table.c"),
        include_str!("../../../fixtures/c/walk/broken.c"),
        include_str!("../../../fixtures/cpp/walk/store.h"),
        include_str!("../../../fixtures/cpp/walk/store.cc"),
        include_str!("../../../fixtures/cpp/walk/broken.cc"),
    ];
    for source in sources {
        for end in (0..source.len()).step_by(23) {
            let Some(head) = source.get(..end) else { continue };
            for language in [&C, &crate::lang::cpp::CPP] {
    let (facts, _) = facts(language, "file", head);
                assert!(
                    facts.defs.iter().skip(1).all(|def| !def.name.is_empty() && def.span.end as usize <= end)
                );
            }
        }
    }
}

#[test]
fn an_include_leads_beside_then_to_include_folders_then_by_its_ending() {
    let tree = Files::at(&[
        "a.h",
        "include/kv/table.h",
        "include/math.h",
        "src/a.h",
        "src/core/time.h",
        "src/core/b.h",
        "src/core/deep/c.c",
        "lib/one/util.h",
        "lib/two/util.h",
        "lib/two/main.c",
        "third/x/sys/types.h",
    ]);
    let cases = [
        ("a.h", "src/main.c", "src/a.h"),
        ("a.h", "main.c", "a.h"),
        ("../b.h", "src/core/deep/c.c", "src/core/b.h"),
        ("core/b.h", "src/core/deep/c.c", "src/core/b.h"),
        ("kv/table.h", "src/core/deep/c.c", "include/kv/table.h"),
        ("<kv/table.h>", "src/main.c", "include/kv/table.h"),
        ("<stdio.h>", "src/main.c", "-"),
        // A project may have its own file of such a name, or its own library.
        ("<time.h>", "src/core/b.c", "-"),
        ("time.h", "src/core/b.c", "src/core/time.h"),
        ("<math.h>", "src/main.c", "include/math.h"),
        ("<x/types.h>", "src/main.c", "-"),
        ("<sys/types.h>", "src/main.c", "third/x/sys/types.h"),
        ("old/place/util.h", "lib/two/sub/main.c", "lib/two/util.h"),
        ("<vector>", "src/main.c", "-"),
        ("../../../out.h", "src/main.c", "-"),
        ("", "src/main.c", "-"),
        ("core\\b.h", "src/main.c", "src/core/b.h"),
    ];
    for (path, from, expected) in cases {
        assert_eq!(leads(super::include_target(path, from, &tree)), expected, "{path} from {from}");
    }
}

#[test]
fn the_include_folders_of_the_build_come_before_all_but_the_file_beside() {
    let tree = Files {
        paths: &[
            "config.h",
            "include/config.h",
            "linux/config.h",
            "linux/os/file.h",
            "windows/config.h",
            "windows/os/file.h",
            "src/main.c",
            "src/main.h",
            "quoted/only.h",
            "quoted/config.h",
            "xlinux/os/pipe.h",
        ],
        manifests: &[("", ManifestKey::IncludeFolders, "\"quoted\n<linux\n<windows\n<")],
        ..Files::default()
    };
    let cases = [
        ("os/file.h", "src/main.c", "linux/os/file.h"),
        ("<os/file.h>", "src/main.c", "linux/os/file.h"),
        ("./os//../os/file.h", "src/main.c", "linux/os/file.h"),
        ("config.h", "src/main.c", "quoted/config.h"),
        ("<config.h>", "src/main.c", "linux/config.h"),
        ("config.h", "windows/x.c", "windows/config.h"),
        ("<config.h>", "windows/x.c", "linux/config.h"),
        ("../windows/config.h", "deep/x/y.c", "windows/config.h"),
        ("<src/main.h>", "windows/x.c", "src/main.h"),
        // What these folders lack is looked for as ever.
        ("main.h", "windows/x.c", "src/main.h"),
        ("os/pipe.h", "src/main.c", "xlinux/os/pipe.h"),
        ("<only.h>", "src/main.c", "quoted/only.h"),
        ("<stdio.h>", "src/main.c", "-"),
        ("", "src/main.c", "-"),
    ];
    for (path, from, expected) in cases {
        assert_eq!(leads(super::include_target(path, from, &tree)), expected, "{path} from {from}");
    }
}

#[test]
fn test_paths_are_told_from_others() {
    for path in [
        "test/a.c",
        "src/tests/a.c",
        "a_test.c",
        "test_a.c",
        "db/db_test.cc",
        "FooTest.cpp",
        "x/foo_unittest.cc",
    ] {
        assert!(super::is_test_path(path), "{path}");
    }
    for path in ["a.c", "src/latest.c", "contest/a.c", "src/attest.cc"] {
        assert!(!super::is_test_path(path), "{path}");
    }
}

#[test]
fn wrapped_parameters_and_dead_code_are_read_as_a_compiler_reads_them() {
    let source = "int open_it P_((const char* name));\n#if 0 /* no */\nint dead(void) { return 0; }\n#else\nint alive(void) { int (*hook)(void); return (alive) (hook); }\n#endif\n";
    let (facts, _) = facts(&C, "file", source);
    let functions = facts.defs.iter().filter(|def| def.kind == crate::model::SymbolKind::Function);
    let names: Vec<&str> = functions.map(|def| facts.str(def.name)).collect();
    assert_eq!(names, ["open_it", "alive"]);
}
