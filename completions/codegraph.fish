# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_codegraph_global_optspecs
    string join \n data-dir= config= set= remote= api-key= api-key-file= color= v/verbose q/quiet h/help V/version
end

function __fish_codegraph_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_codegraph_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_codegraph_using_subcommand
    set -l cmd (__fish_codegraph_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c codegraph -n "__fish_codegraph_needs_command" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_needs_command" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_needs_command" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_needs_command" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_needs_command" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_needs_command" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_needs_command" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_needs_command" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_needs_command" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_needs_command" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_needs_command" -s V -l version -d 'Print version'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "index" -d 'Index folders, or bring their index up to date'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "search" -d 'Find code by words and meaning'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "export" -d 'Write every definition and edge of a project, one JSON object a line or as a SCIP index'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "verify" -d 'Compare the graph with a SCIP index that another tool made of the same tree'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "status" -d 'Show the indexed projects, how fresh each is and how large'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "remove" -d 'Remove a project from the index; its files stay'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "backup" -d 'Copy the newest state of all projects, or of one, into a backup folder or an archive'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "restore" -d 'Replace the index by a generation of a backup folder or an archive'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "doctor" -d 'Look for damage in the index, and repair what can be made again'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "query" -d 'Ask the graph: a question by its name, or a query in openCypher'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "config" -d 'Show and check the settings'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "serve" -d 'Answer questions over HTTP'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "mcp" -d 'Answer an agent over the Model Context Protocol, on standard input and output'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "key" -d 'Make keys for the daemon'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l name -d 'Name of the project; without one, the folder\'s' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l description -d 'What the project is, in a sentence or two; it is shown where projects are listed' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l force -d 'Read every file again'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l hidden -d 'Index hidden files too'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l no-ignore -d 'Index what .gitignore, .ignore and `ignore_patterns` leave out too'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l watch -d 'Stay, and index again whenever files change; Ctrl-C ends it'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l similar -d 'Find code like that at a place, such as `src/a.rs:42`, or of a symbol; the query then holds filters only' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l project -d 'Project to search; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l lang -d 'Only files in these languages or kinds of text, such as `rust`, `py` or `markdown`' -r -f -a "rust\t''
python\t''
javascript\t''
typescript\t''
go\t''
java\t''
c\t''
cpp\t''
csharp\t''
kotlin\t''
php\t''
ruby\t''
scala\t''
lua\t''
elixir\t''
swift\t''
haskell\t''
bash\t''
zig\t''
ocaml\t''
dart\t''
protobuf\t''
markdown\t''
restructuredtext\t''
asciidoc\t''
org\t''
text\t''
latex\t''
toml\t''
yaml\t''
json\t''
xml\t''
html\t''
css\t''
scss\t''
less\t''
sql\t''
shell\t''
powershell\t''
batch\t''
awk\t''
tcl\t''
vim\t''
lisp\t''
thrift\t''
capnp\t''
flatbuffers\t''
avro\t''
graphql\t''
prisma\t''
dockerfile\t''
ignore\t''
make\t''
cmake\t''
meson\t''
ninja\t''
autoconf\t''
starlark\t''
groovy\t''
hcl\t''
nix\t''
ini\t''
rego\t''
perl\t''
r\t''
zon\t''
erlang\t''
cabal\t''
ocaml-interface\t''
dune\t''
fsharp\t''
visualbasic\t''
clojure\t''
julia\t''
nim\t''
crystal\t''
d\t''
v\t''
vhdl\t''
fortran\t''
pascal\t''
ada\t''
cobol\t''
assembly\t''
vue\t''
svelte\t''
astro\t''
objective-c\t''
opencl\t''
shader\t''
solidity\t''
move\t''
gleam\t''
elm\t''
template\t''
diff\t''
grammar\t''
http\t''
puml\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l kind -d 'Only symbols of these kinds' -r -f -a "file\t''
module\t''
class\t''
struct\t''
trait\t''
interface\t''
enum\t''
enum-member\t''
function\t''
method\t''
constructor\t''
field\t''
property\t''
constant\t''
variable\t''
type-alias\t''
macro\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l path -d 'Only files whose path matches, such as `src/**/*.rs`' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -s C -l context -d 'Lines to show around each matching line' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
jsonl\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l all -d 'Search every project'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l no-tests -d 'Leave test code out'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -l explain -d 'Tell how each score came about'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand search" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l project -d 'Project to export; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l format -d 'Form of the answer' -r -f -a "jsonl\t''
scip\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s o -l output -d 'File to write instead of standard output; replaced when the answer is whole' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l oracle -d 'The SCIP index to compare with' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l project -d 'Project to compare; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l errors -d 'Disagreements to show of each kind' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l min-precision -d 'Fail when fewer of the judged edges are right, in percent' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l min-recall -d 'Fail when fewer of the oracle\'s uses are found, in percent' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l project -d 'Only this project' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l no-scan -d 'Do not look at the projects\' files, only at the index'
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l to -d 'Backup folder; made when it is not there [default: the setting `database.backup_path`]' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l archive -d 'Write one file instead, which ends in .tar.zst or .tar.gz' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l project -d 'Copy this project alone; written anew whenever it changed, where a copy of all costs what changed' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -f -a "list" -d 'List the generations of a backup folder'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -f -a "verify" -d 'Read every file of a generation and compare it with its manifest'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -f -a "prune" -d 'Remove old generations of a backup folder, and files that no generation needs'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and not __fish_seen_subcommand_from list verify prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l to -d 'Backup folder [default: the setting `database.backup_path`]' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l to -d 'Backup folder, or an archive [default: the setting `database.backup_path`]' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l generation -d 'Id of the generation; the newest when absent' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -l test-restore -d 'Also restore it into a temporary folder, and read every row there'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l to -d 'Backup folder [default: the setting `database.backup_path`]' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-last -d 'Keep so many of the newest generations' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-daily -d 'Keep the newest generation of each of the last N days that have one' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l keep-weekly -d 'Keep the newest generation of each of the last N weeks that have one' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l retention -d 'Keep all generations that are younger, such as 30d' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l grace -d 'Time for which files stay that no generation needs, after the first prune that saw them; 24h when absent' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -l dry-run -d 'Only tell what would be removed'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the generations of a backup folder'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read every file of a generation and compare it with its manifest'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove old generations of a backup folder, and files that no generation needs'
complete -c codegraph -n "__fish_codegraph_using_subcommand backup; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l from -d 'Backup folder, or an archive [default: the setting `database.backup_path`]' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l generation -d 'Id of the generation; when absent the newest of all projects, or with `--project` the newest with that one' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l into -d 'Restore into this data folder, which must be empty or not there yet' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l project -d 'Restore this project alone; all others stay as they are, and what it was before is not kept' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -l dry-run -d 'Only verify the generation'
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l check-data -d 'Read every row and every byte'
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -l repair -d 'Make again what can be made again'
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l param -d 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
jsonl\t''
csv\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l file -d 'File to read the query from' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l explain -d 'Show how it was answered: each step with the rows that were expected and that there were'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "definition" -d 'Show where a symbol is defined, with its signature and documentation'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "references" -d 'List every use of a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "callers" -d 'List the functions that call a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "callees" -d 'List what a symbol calls'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "implementations" -d 'List what implements, extends or overrides a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "hierarchy" -d 'Show the types above and below a type, or the methods that a method overrides and that override it'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "imports" -d 'List what a file imports'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "importers" -d 'List the files that import a file or a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "impact" -d 'List what may break when a symbol changes: all that reaches it, with files and tests'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "path" -d 'Show how one symbol reaches another, by calls if it can'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "explain" -d 'Tell why there is an edge from one symbol to another, or why there is none'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "outline" -d 'Show what is defined in a file'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "cycles" -d 'Find files that depend on each other in a round'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "dependencies" -d 'List the packages outside the project that it uses, with how often and in how many files'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "unused" -d 'List definitions that nothing reaches, the surest first; entry points do not count'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "stats" -d 'Count files, lines, symbols and edges by language and kind'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "cypher" -d 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "schema" -d 'Show what queries in openCypher know: labels, relationship types, properties and functions'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and not __fish_seen_subcommand_from definition references callers callees implementations hierarchy imports importers impact path explain outline cycles dependencies unused stats cypher schema help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from definition" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from references" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l depth -d 'Steps to follow' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callers" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l depth -d 'Steps to follow' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from callees" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from implementations" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from hierarchy" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l depth -d 'Steps to follow' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from imports" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l depth -d 'Steps to follow' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from importers" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l depth -d 'Steps to follow' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from impact" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from outline" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l by -d 'What counts as depending' -r -f -a "import\t'Imports'
any\t'Imports, calls, uses of names, inheritance'"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
dot\t''
mermaid\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cycles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from dependencies" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l include-exports -d 'Also what only users of the project from outside may reach'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from unused" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -s n -l limit -d 'Most results' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l param -d 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l project -d 'Project to ask; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''
jsonl\t''
csv\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l file -d 'File to read the query from' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l explain -d 'Show how it was answered: each step with the rows that were expected and that there were'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -l include-guesses -d 'Follow guesses too: edges of which several targets, or only the name, are known'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from cypher" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "definition" -d 'Show where a symbol is defined, with its signature and documentation'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "references" -d 'List every use of a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "callers" -d 'List the functions that call a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "callees" -d 'List what a symbol calls'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "implementations" -d 'List what implements, extends or overrides a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "hierarchy" -d 'Show the types above and below a type, or the methods that a method overrides and that override it'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "imports" -d 'List what a file imports'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "importers" -d 'List the files that import a file or a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "impact" -d 'List what may break when a symbol changes: all that reaches it, with files and tests'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "path" -d 'Show how one symbol reaches another, by calls if it can'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "explain" -d 'Tell why there is an edge from one symbol to another, or why there is none'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "outline" -d 'Show what is defined in a file'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "cycles" -d 'Find files that depend on each other in a round'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "dependencies" -d 'List the packages outside the project that it uses, with how often and in how many files'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "unused" -d 'List definitions that nothing reaches, the surest first; entry points do not count'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Count files, lines, symbols and edges by language and kind'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "cypher" -d 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Show what queries in openCypher know: labels, relationship types, properties and functions'
complete -c codegraph -n "__fish_codegraph_using_subcommand query; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "check" -d 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l changed -d 'Only settings that are not at their default'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l host -d 'Address to listen on' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l port -d 'Port to listen on; 0 takes a free one and prints it' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l health-check -d 'Only ask a daemon whether it is well, the one of these settings or the one at URL; exit code 0 says yes' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l project -d 'Project that is asked when the agent names none; without it, the one that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l insecure-no-auth -d 'Ask nobody for a key, wherever the daemon can be reached from'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l watch -d 'Index every project again whenever its files change'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -l stdio -d 'Answer one agent over standard input and output instead, as `codegraph mcp` does'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l project -d 'Project that is asked when the agent names none; without it, the one that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -f -a "install" -d 'Show how agents and editors are told to start it, or tell them'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and not __fish_seen_subcommand_from install help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l project -d 'Project that is asked when the agent names none; without it, the one that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -l write -d 'Add the entry to the files'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "install" -d 'Show how agents and editors are told to start it, or tell them'
complete -c codegraph -n "__fish_codegraph_using_subcommand mcp; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -f -a "new" -d 'Make a key for the daemon, and add its hash to the file with keys'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and not __fish_seen_subcommand_from new help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l scope -d 'What the key may do: read asks, write indexes too, admin may do everything' -r -f -a "read\t''
write\t''
admin\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l file -d 'File with keys' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "new" -d 'Make a key for the daemon, and add its hash to the file with keys'
complete -c codegraph -n "__fish_codegraph_using_subcommand key; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l set -d 'Give a setting this value, whatever the file and the environment say; may be repeated' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l remote -d 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]' -r -f
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l api-key -d 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l api-key-file -d 'File with that key' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "index" -d 'Index folders, or bring their index up to date'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "search" -d 'Find code by words and meaning'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "export" -d 'Write every definition and edge of a project, one JSON object a line or as a SCIP index'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "verify" -d 'Compare the graph with a SCIP index that another tool made of the same tree'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "status" -d 'Show the indexed projects, how fresh each is and how large'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "remove" -d 'Remove a project from the index; its files stay'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "backup" -d 'Copy the newest state of all projects, or of one, into a backup folder or an archive'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "restore" -d 'Replace the index by a generation of a backup folder or an archive'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "doctor" -d 'Look for damage in the index, and repair what can be made again'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "query" -d 'Ask the graph: a question by its name, or a query in openCypher'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "config" -d 'Show and check the settings'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "serve" -d 'Answer questions over HTTP'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "mcp" -d 'Answer an agent over the Model Context Protocol, on standard input and output'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "key" -d 'Make keys for the daemon'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "completions" -d 'Print the completions of a shell'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index search export verify status remove backup restore doctor query config serve mcp key completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "list" -d 'List the generations of a backup folder'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "verify" -d 'Read every file of a generation and compare it with its manifest'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from backup" -f -a "prune" -d 'Remove old generations of a backup folder, and files that no generation needs'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "definition" -d 'Show where a symbol is defined, with its signature and documentation'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "references" -d 'List every use of a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "callers" -d 'List the functions that call a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "callees" -d 'List what a symbol calls'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "implementations" -d 'List what implements, extends or overrides a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "hierarchy" -d 'Show the types above and below a type, or the methods that a method overrides and that override it'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "imports" -d 'List what a file imports'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "importers" -d 'List the files that import a file or a symbol'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "impact" -d 'List what may break when a symbol changes: all that reaches it, with files and tests'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "path" -d 'Show how one symbol reaches another, by calls if it can'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "explain" -d 'Tell why there is an edge from one symbol to another, or why there is none'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "outline" -d 'Show what is defined in a file'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "cycles" -d 'Find files that depend on each other in a round'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "dependencies" -d 'List the packages outside the project that it uses, with how often and in how many files'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "unused" -d 'List definitions that nothing reaches, the surest first; entry points do not count'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "stats" -d 'Count files, lines, symbols and edges by language and kind'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "cypher" -d 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from query" -f -a "schema" -d 'Show what queries in openCypher know: labels, relationship types, properties and functions'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from mcp" -f -a "install" -d 'Show how agents and editors are told to start it, or tell them'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from key" -f -a "new" -d 'Make a key for the daemon, and add its hash to the file with keys'
