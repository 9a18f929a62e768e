# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_codegraph_global_optspecs
    string join \n data-dir= config= color= v/verbose q/quiet h/help V/version
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
complete -c codegraph -n "__fish_codegraph_needs_command" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_needs_command" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_needs_command" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_needs_command" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_needs_command" -s V -l version -d 'Print version'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "index" -d 'Index folders, or bring their index up to date'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "export" -d 'Write every definition and edge of a project, one JSON object a line'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "status" -d 'Show the indexed projects, how fresh each is and how large'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "remove" -d 'Remove a project from the index; its files stay'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "config" -d 'Show and check the settings'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c codegraph -n "__fish_codegraph_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l name -d 'Name of the project; without one, the folder\'s' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand index" -l config -d 'File with settings' -r -F
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
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l project -d 'Project to export; without one, the project that holds the working folder' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l format -d 'Form of the answer' -r -f -a "jsonl\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand export" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l project -d 'Only this project' -r
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand status" -l config -d 'File with settings' -r -F
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
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand remove" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "check" -d 'Check a file with settings; without one, those in force'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and not __fish_seen_subcommand_from show check help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'Form of the answer' -r -f -a "text\t''
json\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'File with settings' -r -F
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
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a file with settings; without one, those in force'
complete -c codegraph -n "__fish_codegraph_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l data-dir -d 'Folder that holds the index' -r -f -a "(__fish_complete_directories)"
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l config -d 'File with settings' -r -F
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -l color -d 'Use colours; auto: on a terminal, unless NO_COLOR is set' -r -f -a "auto\t''
always\t''
never\t''"
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s v -l verbose -d 'Say more about what is done, on standard error'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s q -l quiet -d 'Say nothing but answers and errors'
complete -c codegraph -n "__fish_codegraph_using_subcommand completions" -s h -l help -d 'Print help'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "index" -d 'Index folders, or bring their index up to date'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "export" -d 'Write every definition and edge of a project, one JSON object a line'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "status" -d 'Show the indexed projects, how fresh each is and how large'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "remove" -d 'Remove a project from the index; its files stay'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "config" -d 'Show and check the settings'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "completions" -d 'Print the completions of a shell'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and not __fish_seen_subcommand_from index export status remove config completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show every setting in force and where its value came from'
complete -c codegraph -n "__fish_codegraph_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check a file with settings; without one, those in force'
