
use builtin;
use str;

set edit:completion:arg-completer[codegraph] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'codegraph'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'codegraph'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand index 'Index folders, or bring their index up to date'
            cand search 'Find code by words and meaning'
            cand export 'Write every definition and edge of a project, one JSON object a line or as a SCIP index'
            cand verify 'Compare the graph with a SCIP index that another tool made of the same tree'
            cand status 'Show the indexed projects, how fresh each is and how large'
            cand remove 'Remove a project from the index; its files stay'
            cand backup 'Copy the newest state of all projects, or of one, into a backup folder or an archive'
            cand restore 'Replace the index by a generation of a backup folder or an archive'
            cand doctor 'Look for damage in the index, and repair what can be made again'
            cand query 'Ask the graph: a question by its name, or a query in openCypher'
            cand config 'Show and check the settings'
            cand serve 'Answer questions over HTTP'
            cand mcp 'Answer an agent over the Model Context Protocol, on standard input and output'
            cand key 'Make keys for the daemon'
            cand completions 'Print the completions of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;index'= {
            cand --name 'Name of the project; without one, the folder''s'
            cand --description 'What the project is, in a sentence or two; it is shown where projects are listed'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --force 'Read every file again'
            cand --hidden 'Index hidden files too'
            cand --no-ignore 'Index what .gitignore, .ignore and `ignore_patterns` leave out too'
            cand --watch 'Stay, and index again whenever files change; Ctrl-C ends it'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;search'= {
            cand --similar 'Find code like that at a place, such as `src/a.rs:42`, or of a symbol; the query then holds filters only'
            cand --project 'Project to search; without one, the project that holds the working folder'
            cand --lang 'Only files in these languages or kinds of text, such as `rust`, `py` or `markdown`'
            cand --kind 'Only symbols of these kinds'
            cand --path 'Only files whose path matches, such as `src/**/*.rs`'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand -C 'Lines to show around each matching line'
            cand --context 'Lines to show around each matching line'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --all 'Search every project'
            cand --no-tests 'Leave test code out'
            cand --explain 'Tell how each score came about'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;export'= {
            cand --project 'Project to export; without one, the project that holds the working folder'
            cand --format 'Form of the answer'
            cand -o 'File to write instead of standard output; replaced when the answer is whole'
            cand --output 'File to write instead of standard output; replaced when the answer is whole'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;verify'= {
            cand --oracle 'The SCIP index to compare with'
            cand --project 'Project to compare; without one, the project that holds the working folder'
            cand --errors 'Disagreements to show of each kind'
            cand --min-precision 'Fail when fewer of the judged edges are right, in percent'
            cand --min-recall 'Fail when fewer of the oracle''s uses are found, in percent'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;status'= {
            cand --project 'Only this project'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --no-scan 'Do not look at the projects'' files, only at the index'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;remove'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;backup'= {
            cand --to 'Backup folder; made when it is not there [default: the setting `database.backup_path`]'
            cand --archive 'Write one file instead, which ends in .tar.zst or .tar.gz'
            cand --project 'Copy this project alone; written anew whenever it changed, where a copy of all costs what changed'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'List the generations of a backup folder'
            cand verify 'Read every file of a generation and compare it with its manifest'
            cand prune 'Remove old generations of a backup folder, and files that no generation needs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;backup;list'= {
            cand --to 'Backup folder [default: the setting `database.backup_path`]'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;backup;verify'= {
            cand --to 'Backup folder, or an archive [default: the setting `database.backup_path`]'
            cand --generation 'Id of the generation; the newest when absent'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --test-restore 'Also restore it into a temporary folder, and read every row there'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;backup;prune'= {
            cand --to 'Backup folder [default: the setting `database.backup_path`]'
            cand --keep-last 'Keep so many of the newest generations'
            cand --keep-daily 'Keep the newest generation of each of the last N days that have one'
            cand --keep-weekly 'Keep the newest generation of each of the last N weeks that have one'
            cand --retention 'Keep all generations that are younger, such as 30d'
            cand --grace 'Time for which files stay that no generation needs, after the first prune that saw them; 24h when absent'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --dry-run 'Only tell what would be removed'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;backup;help'= {
            cand list 'List the generations of a backup folder'
            cand verify 'Read every file of a generation and compare it with its manifest'
            cand prune 'Remove old generations of a backup folder, and files that no generation needs'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;backup;help;list'= {
        }
        &'codegraph;backup;help;verify'= {
        }
        &'codegraph;backup;help;prune'= {
        }
        &'codegraph;backup;help;help'= {
        }
        &'codegraph;restore'= {
            cand --from 'Backup folder, or an archive [default: the setting `database.backup_path`]'
            cand --generation 'Id of the generation; when absent the newest of all projects, or with `--project` the newest with that one'
            cand --into 'Restore into this data folder, which must be empty or not there yet'
            cand --project 'Restore this project alone; all others stay as they are, and what it was before is not kept'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --dry-run 'Only verify the generation'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;doctor'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --check-data 'Read every row and every byte'
            cand --repair 'Make again what can be made again'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;query'= {
            cand --param 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand --format 'Form of the answer'
            cand --file 'File to read the query from'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --explain 'Show how it was answered: each step with the rows that were expected and that there were'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand definition 'Show where a symbol is defined, with its signature and documentation'
            cand references 'List every use of a symbol'
            cand callers 'List the functions that call a symbol'
            cand callees 'List what a symbol calls'
            cand implementations 'List what implements, extends or overrides a symbol'
            cand hierarchy 'Show the types above and below a type, or the methods that a method overrides and that override it'
            cand imports 'List what a file imports'
            cand importers 'List the files that import a file or a symbol'
            cand impact 'List what may break when a symbol changes: all that reaches it, with files and tests'
            cand path 'Show how one symbol reaches another, by calls if it can'
            cand explain 'Tell why there is an edge from one symbol to another, or why there is none'
            cand outline 'Show what is defined in a file'
            cand cycles 'Find files that depend on each other in a round'
            cand dependencies 'List the packages outside the project that it uses, with how often and in how many files'
            cand unused 'List definitions that nothing reaches, the surest first; entry points do not count'
            cand stats 'Count files, lines, symbols and edges by language and kind'
            cand cypher 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
            cand schema 'Show what queries in openCypher know: labels, relationship types, properties and functions'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;query;definition'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;references'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;callers'= {
            cand --depth 'Steps to follow'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;callees'= {
            cand --depth 'Steps to follow'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;implementations'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;hierarchy'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;imports'= {
            cand --depth 'Steps to follow'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;importers'= {
            cand --depth 'Steps to follow'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;impact'= {
            cand --depth 'Steps to follow'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;path'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;explain'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;outline'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;cycles'= {
            cand --by 'What counts as depending'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;query;dependencies'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;unused'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-exports 'Also what only users of the project from outside may reach'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;stats'= {
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand -n 'Most results'
            cand --limit 'Most results'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;cypher'= {
            cand --param 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text'
            cand --project 'Project to ask; without one, the project that holds the working folder'
            cand --format 'Form of the answer'
            cand --file 'File to read the query from'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --explain 'Show how it was answered: each step with the rows that were expected and that there were'
            cand --include-guesses 'Follow guesses too: edges of which several targets, or only the name, are known'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;schema'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;query;help'= {
            cand definition 'Show where a symbol is defined, with its signature and documentation'
            cand references 'List every use of a symbol'
            cand callers 'List the functions that call a symbol'
            cand callees 'List what a symbol calls'
            cand implementations 'List what implements, extends or overrides a symbol'
            cand hierarchy 'Show the types above and below a type, or the methods that a method overrides and that override it'
            cand imports 'List what a file imports'
            cand importers 'List the files that import a file or a symbol'
            cand impact 'List what may break when a symbol changes: all that reaches it, with files and tests'
            cand path 'Show how one symbol reaches another, by calls if it can'
            cand explain 'Tell why there is an edge from one symbol to another, or why there is none'
            cand outline 'Show what is defined in a file'
            cand cycles 'Find files that depend on each other in a round'
            cand dependencies 'List the packages outside the project that it uses, with how often and in how many files'
            cand unused 'List definitions that nothing reaches, the surest first; entry points do not count'
            cand stats 'Count files, lines, symbols and edges by language and kind'
            cand cypher 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
            cand schema 'Show what queries in openCypher know: labels, relationship types, properties and functions'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;query;help;definition'= {
        }
        &'codegraph;query;help;references'= {
        }
        &'codegraph;query;help;callers'= {
        }
        &'codegraph;query;help;callees'= {
        }
        &'codegraph;query;help;implementations'= {
        }
        &'codegraph;query;help;hierarchy'= {
        }
        &'codegraph;query;help;imports'= {
        }
        &'codegraph;query;help;importers'= {
        }
        &'codegraph;query;help;impact'= {
        }
        &'codegraph;query;help;path'= {
        }
        &'codegraph;query;help;explain'= {
        }
        &'codegraph;query;help;outline'= {
        }
        &'codegraph;query;help;cycles'= {
        }
        &'codegraph;query;help;dependencies'= {
        }
        &'codegraph;query;help;unused'= {
        }
        &'codegraph;query;help;stats'= {
        }
        &'codegraph;query;help;cypher'= {
        }
        &'codegraph;query;help;schema'= {
        }
        &'codegraph;query;help;help'= {
        }
        &'codegraph;config'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand show 'Show every setting in force and where its value came from'
            cand check 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;config;show'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --changed 'Only settings that are not at their default'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;config;check'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;config;help'= {
            cand show 'Show every setting in force and where its value came from'
            cand check 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;config;help;show'= {
        }
        &'codegraph;config;help;check'= {
        }
        &'codegraph;config;help;help'= {
        }
        &'codegraph;serve'= {
            cand --host 'Address to listen on'
            cand --port 'Port to listen on; 0 takes a free one and prints it'
            cand --health-check 'Only ask a daemon whether it is well, the one of these settings or the one at URL; exit code 0 says yes'
            cand --project 'Project that is asked when the agent names none; without it, the one that holds the working folder'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --insecure-no-auth 'Ask nobody for a key, wherever the daemon can be reached from'
            cand --watch 'Index every project again whenever its files change'
            cand --stdio 'Answer one agent over standard input and output instead, as `codegraph mcp` does'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;mcp'= {
            cand --project 'Project that is asked when the agent names none; without it, the one that holds the working folder'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand install 'Show how agents and editors are told to start it, or tell them'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;mcp;install'= {
            cand --project 'Project that is asked when the agent names none; without it, the one that holds the working folder'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand --write 'Add the entry to the files'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;mcp;help'= {
            cand install 'Show how agents and editors are told to start it, or tell them'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;mcp;help;install'= {
        }
        &'codegraph;mcp;help;help'= {
        }
        &'codegraph;key'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand new 'Make a key for the daemon, and add its hash to the file with keys'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;key;new'= {
            cand --scope 'What the key may do: read asks, write indexes too, admin may do everything'
            cand --file 'File with keys'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'codegraph;key;help'= {
            cand new 'Make a key for the daemon, and add its hash to the file with keys'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;key;help;new'= {
        }
        &'codegraph;key;help;help'= {
        }
        &'codegraph;completions'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --set 'Give a setting this value, whatever the file and the environment say; may be repeated'
            cand --remote 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]'
            cand --api-key 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]'
            cand --api-key-file 'File with that key'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;help'= {
            cand index 'Index folders, or bring their index up to date'
            cand search 'Find code by words and meaning'
            cand export 'Write every definition and edge of a project, one JSON object a line or as a SCIP index'
            cand verify 'Compare the graph with a SCIP index that another tool made of the same tree'
            cand status 'Show the indexed projects, how fresh each is and how large'
            cand remove 'Remove a project from the index; its files stay'
            cand backup 'Copy the newest state of all projects, or of one, into a backup folder or an archive'
            cand restore 'Replace the index by a generation of a backup folder or an archive'
            cand doctor 'Look for damage in the index, and repair what can be made again'
            cand query 'Ask the graph: a question by its name, or a query in openCypher'
            cand config 'Show and check the settings'
            cand serve 'Answer questions over HTTP'
            cand mcp 'Answer an agent over the Model Context Protocol, on standard input and output'
            cand key 'Make keys for the daemon'
            cand completions 'Print the completions of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;help;index'= {
        }
        &'codegraph;help;search'= {
        }
        &'codegraph;help;export'= {
        }
        &'codegraph;help;verify'= {
        }
        &'codegraph;help;status'= {
        }
        &'codegraph;help;remove'= {
        }
        &'codegraph;help;backup'= {
            cand list 'List the generations of a backup folder'
            cand verify 'Read every file of a generation and compare it with its manifest'
            cand prune 'Remove old generations of a backup folder, and files that no generation needs'
        }
        &'codegraph;help;backup;list'= {
        }
        &'codegraph;help;backup;verify'= {
        }
        &'codegraph;help;backup;prune'= {
        }
        &'codegraph;help;restore'= {
        }
        &'codegraph;help;doctor'= {
        }
        &'codegraph;help;query'= {
            cand definition 'Show where a symbol is defined, with its signature and documentation'
            cand references 'List every use of a symbol'
            cand callers 'List the functions that call a symbol'
            cand callees 'List what a symbol calls'
            cand implementations 'List what implements, extends or overrides a symbol'
            cand hierarchy 'Show the types above and below a type, or the methods that a method overrides and that override it'
            cand imports 'List what a file imports'
            cand importers 'List the files that import a file or a symbol'
            cand impact 'List what may break when a symbol changes: all that reaches it, with files and tests'
            cand path 'Show how one symbol reaches another, by calls if it can'
            cand explain 'Tell why there is an edge from one symbol to another, or why there is none'
            cand outline 'Show what is defined in a file'
            cand cycles 'Find files that depend on each other in a round'
            cand dependencies 'List the packages outside the project that it uses, with how often and in how many files'
            cand unused 'List definitions that nothing reaches, the surest first; entry points do not count'
            cand stats 'Count files, lines, symbols and edges by language and kind'
            cand cypher 'Ask the graph in openCypher; `codegraph query schema` shows what it knows'
            cand schema 'Show what queries in openCypher know: labels, relationship types, properties and functions'
        }
        &'codegraph;help;query;definition'= {
        }
        &'codegraph;help;query;references'= {
        }
        &'codegraph;help;query;callers'= {
        }
        &'codegraph;help;query;callees'= {
        }
        &'codegraph;help;query;implementations'= {
        }
        &'codegraph;help;query;hierarchy'= {
        }
        &'codegraph;help;query;imports'= {
        }
        &'codegraph;help;query;importers'= {
        }
        &'codegraph;help;query;impact'= {
        }
        &'codegraph;help;query;path'= {
        }
        &'codegraph;help;query;explain'= {
        }
        &'codegraph;help;query;outline'= {
        }
        &'codegraph;help;query;cycles'= {
        }
        &'codegraph;help;query;dependencies'= {
        }
        &'codegraph;help;query;unused'= {
        }
        &'codegraph;help;query;stats'= {
        }
        &'codegraph;help;query;cypher'= {
        }
        &'codegraph;help;query;schema'= {
        }
        &'codegraph;help;config'= {
            cand show 'Show every setting in force and where its value came from'
            cand check 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine'
        }
        &'codegraph;help;config;show'= {
        }
        &'codegraph;help;config;check'= {
        }
        &'codegraph;help;serve'= {
        }
        &'codegraph;help;mcp'= {
            cand install 'Show how agents and editors are told to start it, or tell them'
        }
        &'codegraph;help;mcp;install'= {
        }
        &'codegraph;help;key'= {
            cand new 'Make a key for the daemon, and add its hash to the file with keys'
        }
        &'codegraph;help;key;new'= {
        }
        &'codegraph;help;completions'= {
        }
        &'codegraph;help;help'= {
        }
    ]
    $completions[$command]
}
