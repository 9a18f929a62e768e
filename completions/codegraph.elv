
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
            cand export 'Write every definition and edge of a project, one JSON object a line'
            cand status 'Show the indexed projects, how fresh each is and how large'
            cand remove 'Remove a project from the index; its files stay'
            cand config 'Show and check the settings'
            cand completions 'Print the completions of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;index'= {
            cand --name 'Name of the project; without one, the folder''s'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
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
        &'codegraph;export'= {
            cand --project 'Project to export; without one, the project that holds the working folder'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;status'= {
            cand --project 'Only this project'
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
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
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'codegraph;config'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
            cand --color 'Use colours; auto: on a terminal, unless NO_COLOR is set'
            cand -v 'Say more about what is done, on standard error'
            cand --verbose 'Say more about what is done, on standard error'
            cand -q 'Say nothing but answers and errors'
            cand --quiet 'Say nothing but answers and errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand show 'Show every setting in force and where its value came from'
            cand check 'Check a file with settings; without one, those in force'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;config;show'= {
            cand --format 'Form of the answer'
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
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
            cand check 'Check a file with settings; without one, those in force'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;config;help;show'= {
        }
        &'codegraph;config;help;check'= {
        }
        &'codegraph;config;help;help'= {
        }
        &'codegraph;completions'= {
            cand --data-dir 'Folder that holds the index'
            cand --config 'File with settings'
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
            cand export 'Write every definition and edge of a project, one JSON object a line'
            cand status 'Show the indexed projects, how fresh each is and how large'
            cand remove 'Remove a project from the index; its files stay'
            cand config 'Show and check the settings'
            cand completions 'Print the completions of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'codegraph;help;index'= {
        }
        &'codegraph;help;export'= {
        }
        &'codegraph;help;status'= {
        }
        &'codegraph;help;remove'= {
        }
        &'codegraph;help;config'= {
            cand show 'Show every setting in force and where its value came from'
            cand check 'Check a file with settings; without one, those in force'
        }
        &'codegraph;help;config;show'= {
        }
        &'codegraph;help;config;check'= {
        }
        &'codegraph;help;completions'= {
        }
        &'codegraph;help;help'= {
        }
    ]
    $completions[$command]
}
