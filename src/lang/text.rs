//! Text that developers search, without symbols: which files hold it and what it is called.

/// A kind of text that is searched by words and meaning but has no symbols.
#[derive(Debug, PartialEq, Eq)]
pub struct TextKind {
    /// The name that settings, `--lang` and JSON use.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// File name endings without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names, lower case.
    pub file_names: &'static [&'static str],
    /// Interpreters in a `#!` line.
    pub interpreters: &'static [&'static str],
}

macro_rules! text_kinds {
    ($($name:literal $label:literal: [$($extension:literal)*] [$($file:literal)*] [$($interpreter:literal)*];)*) => {
        /// Every kind of text. An ending or file name belongs to one kind, or to one language with symbols.
        pub static TEXT_KINDS: &[TextKind] = &[$(TextKind {
            name: $name,
            label: $label,
            extensions: &[$($extension,)*],
            file_names: &[$($file,)*],
            interpreters: &[$($interpreter,)*],
        },)*];
    };
}

text_kinds! {
    "markdown" "Markdown": ["md" "markdown" "mdown" "mkd" "mdx" "rmd" "qmd"] [] [];
    "restructuredtext" "reStructuredText": ["rst" "rest"] [] [];
    "asciidoc" "AsciiDoc": ["adoc" "asciidoc" "asc"] [] [];
    "org" "Org": ["org"] [] [];
    "text" "Plain text": ["txt" "text"]
        ["license" "licence" "copying" "copyright" "notice" "readme" "changelog" "changes" "news" "authors"
         "contributors" "contributing" "maintainers" "install" "todo" "codeowners" "version"] [];
    "latex" "LaTeX": ["tex" "sty" "cls" "bib" "ltx"] [] [];
    "toml" "TOML": ["toml"] ["pipfile"] [];
    "yaml" "YAML": ["yaml" "yml"] [".clang-format" ".clang-tidy"] [];
    "json" "JSON": ["json" "jsonc" "json5" "geojson" "webmanifest"]
        [".babelrc" ".eslintrc" ".prettierrc" ".stylelintrc" ".swcrc"] [];
    "xml" "XML": ["xml" "xsd" "xsl" "xslt" "wsdl" "plist" "svg" "csproj" "fsproj" "vbproj" "vcxproj" "props" "targets"
        "nuspec" "resx" "xaml" "axaml" "storyboard" "xib" "pom" "rng" "dtd"] [] [];
    "html" "HTML": ["html" "htm" "xhtml" "shtml"] [] [];
    "css" "CSS": ["css"] [] [];
    "scss" "SCSS": ["scss" "sass"] [] [];
    "less" "Less": ["less"] [] [];
    "sql" "SQL": ["sql" "psql" "pgsql" "ddl" "dml" "plsql" "tsql"] [] [];
    "shell" "Shell (zsh, fish)": ["zsh" "fish"] [".zshrc" ".zshenv" ".zprofile"] ["zsh" "fish"];
    "powershell" "PowerShell": ["ps1" "psm1" "psd1"] [] ["pwsh" "powershell"];
    "batch" "Batch": ["bat" "cmd"] [] [];
    "awk" "Awk": ["awk"] [] ["awk" "gawk" "mawk"];
    "tcl" "Tcl": ["tcl" "exp"] [] ["tclsh" "wish" "expect"];
    "vim" "Vim script": ["vim"] [".vimrc" "vimrc"] [];
    "lisp" "Lisp": ["el" "lisp" "lsp" "scm" "ss" "rkt"] [] ["emacs" "sbcl" "guile" "racket"];
    "thrift" "Thrift": ["thrift"] [] [];
    "capnp" "Cap'n Proto": ["capnp"] [] [];
    "flatbuffers" "FlatBuffers": ["fbs"] [] [];
    "avro" "Avro": ["avdl" "avsc"] [] [];
    "graphql" "GraphQL": ["graphql" "gql" "graphqls"] [] [];
    "prisma" "Prisma": ["prisma"] [] [];
    "dockerfile" "Dockerfile": ["dockerfile" "containerfile"] ["dockerfile" "containerfile"] [];
    "ignore" "Ignore rules": [] [".gitignore" ".dockerignore" ".npmignore" ".gitattributes" ".prettierignore" ".eslintignore"] [];
    "make" "Makefile": ["mk" "mak" "make"] ["makefile" "gnumakefile" "kbuild" "justfile"] ["make"];
    "cmake" "CMake": ["cmake"] ["cmakelists.txt"] [];
    "meson" "Meson": [] ["meson.build" "meson_options.txt"] [];
    "ninja" "Ninja": ["ninja"] [] [];
    "autoconf" "Autoconf": ["ac" "am" "m4"] [] [];
    "starlark" "Starlark": ["bzl" "star" "bazel"] ["build" "workspace" "buck" "tiltfile"] [];
    "groovy" "Gradle and Groovy": ["gradle" "groovy" "gvy"] ["jenkinsfile"] ["groovy"];
    "hcl" "Terraform and HCL": ["tf" "tfvars" "hcl" "nomad"] [] [];
    "nix" "Nix": ["nix"] [] [];
    "ini" "INI and properties": ["ini" "cfg" "conf" "properties" "desktop" "service" "editorconfig"]
        [".env.example" ".env.sample" ".env.template" ".editorconfig" ".gitconfig" ".npmrc" ".flake8" ".pylintrc"] [];
    "rego" "Rego": ["rego"] [] [];
    "perl" "Perl": ["pl" "pm" "pod" "t"] [] ["perl"];
    "r" "R": ["r"] [".rprofile"] ["rscript" "r"];
    "zon" "Zig object notation": ["zon"] [] [];
    "erlang" "Erlang": ["erl" "hrl" "escript"] ["rebar.config"] ["escript"];
    "cabal" "Cabal and literate Haskell": ["cabal" "lhs" "hsc"] [] [];
    "ocaml-interface" "OCaml interface": ["mli"] [] [];
    "dune" "Dune": [] ["dune" "dune-project"] [];
    "fsharp" "F#": ["fs" "fsi" "fsx"] [] [];
    "visualbasic" "Visual Basic": ["vb" "vbs" "bas"] [] [];
    "clojure" "Clojure": ["clj" "cljs" "cljc" "edn"] [] ["bb" "clojure"];
    "julia" "Julia": ["jl"] [] ["julia"];
    "nim" "Nim": ["nim" "nims" "nimble"] [] ["nim"];
    "crystal" "Crystal": ["cr"] [] ["crystal"];
    "d" "D": ["d" "di"] [] ["rdmd"];
    "v" "Verilog": ["v" "sv" "svh" "vh"] [] [];
    "vhdl" "VHDL": ["vhd" "vhdl"] [] [];
    "fortran" "Fortran": ["f" "for" "f77" "f90" "f95" "f03" "f08"] [] [];
    "pascal" "Pascal": ["pas" "pp" "dpr" "lpr"] [] [];
    "ada" "Ada": ["adb" "ads"] [] [];
    "cobol" "COBOL": ["cob" "cbl" "cpy"] [] [];
    "assembly" "Assembly": ["s" "asm" "nasm"] [] [];
    "vue" "Vue": ["vue"] [] [];
    "svelte" "Svelte": ["svelte"] [] [];
    "astro" "Astro": ["astro"] [] [];
    "objective-c" "Objective-C": ["m" "mm"] [] [];
    "opencl" "OpenCL": ["cl"] [] [];
    "shader" "Shader": ["glsl" "vert" "frag" "comp" "geom" "hlsl" "wgsl" "metal"] [] [];
    "solidity" "Solidity": ["sol"] [] [];
    "move" "Move": ["move"] [] [];
    "gleam" "Gleam": ["gleam"] [] [];
    "elm" "Elm": ["elm"] [] [];
    "template" "Template": ["jinja" "jinja2" "j2" "tmpl" "tpl" "mustache" "hbs" "handlebars" "ejs" "erb" "eex" "heex" "leex" "haml" "slim" "pug"
        "liquid" "njk" "twig" "ftl" "vm" "cshtml" "razor" "jsp" "gotmpl"] [] [];
    "diff" "Patch": ["patch" "diff"] [] [];
    "grammar" "Grammar": ["g4" "ebnf" "bnf" "y" "yy" "lex" "l" "mly" "mll" "pest" "peg"] [] [];
    "http" "HTTP requests": ["http"] [] [];
    "puml" "PlantUML and diagrams": ["puml" "plantuml" "mmd" "dot" "gv"] [] [];
}
