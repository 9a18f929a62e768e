
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'codegraph' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'codegraph'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'codegraph' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('index', 'index', [CompletionResultType]::ParameterValue, 'Index folders, or bring their index up to date')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find code by words and meaning')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write every definition and edge of a project, one JSON object a line or as a SCIP index')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the graph with a SCIP index that another tool made of the same tree')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the indexed projects, how fresh each is and how large')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a project from the index; its files stay')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Copy the newest state of all projects, or of one, into a backup folder or an archive')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Replace the index by a generation of a backup folder or an archive')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for damage in the index, and repair what can be made again')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Ask the graph: a question by its name, or a query in openCypher')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show and check the settings')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Answer questions over HTTP')
            [CompletionResult]::new('mcp', 'mcp', [CompletionResultType]::ParameterValue, 'Answer an agent over the Model Context Protocol, on standard input and output')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Make keys for the daemon')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;index' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the project; without one, the folder''s')
            [CompletionResult]::new('--description', '--description', [CompletionResultType]::ParameterName, 'What the project is, in a sentence or two; it is shown where projects are listed')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Read every file again')
            [CompletionResult]::new('--hidden', '--hidden', [CompletionResultType]::ParameterName, 'Index hidden files too')
            [CompletionResult]::new('--no-ignore', '--no-ignore', [CompletionResultType]::ParameterName, 'Index what .gitignore, .ignore and `ignore_patterns` leave out too')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Stay, and index again whenever files change; Ctrl-C ends it')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;search' {
            [CompletionResult]::new('--similar', '--similar', [CompletionResultType]::ParameterName, 'Find code like that at a place, such as `src/a.rs:42`, or of a symbol; the query then holds filters only')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to search; without one, the project that holds the working folder')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Only files in these languages or kinds of text, such as `rust`, `py` or `markdown`')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Only symbols of these kinds')
            [CompletionResult]::new('--path', '--path', [CompletionResultType]::ParameterName, 'Only files whose path matches, such as `src/**/*.rs`')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Lines to show around each matching line')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Lines to show around each matching line')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Search every project')
            [CompletionResult]::new('--no-tests', '--no-tests', [CompletionResultType]::ParameterName, 'Leave test code out')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Tell how each score came about')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;export' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to export; without one, the project that holds the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write instead of standard output; replaced when the answer is whole')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write instead of standard output; replaced when the answer is whole')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;verify' {
            [CompletionResult]::new('--oracle', '--oracle', [CompletionResultType]::ParameterName, 'The SCIP index to compare with')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to compare; without one, the project that holds the working folder')
            [CompletionResult]::new('--errors', '--errors', [CompletionResultType]::ParameterName, 'Disagreements to show of each kind')
            [CompletionResult]::new('--min-precision', '--min-precision', [CompletionResultType]::ParameterName, 'Fail when fewer of the judged edges are right, in percent')
            [CompletionResult]::new('--min-recall', '--min-recall', [CompletionResultType]::ParameterName, 'Fail when fewer of the oracle''s uses are found, in percent')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;status' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Only this project')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--no-scan', '--no-scan', [CompletionResultType]::ParameterName, 'Do not look at the projects'' files, only at the index')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;remove' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;backup' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Backup folder; made when it is not there [default: the setting `database.backup_path`]')
            [CompletionResult]::new('--archive', '--archive', [CompletionResultType]::ParameterName, 'Write one file instead, which ends in .tar.zst or .tar.gz')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Copy this project alone; written anew whenever it changed, where a copy of all costs what changed')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the generations of a backup folder')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read every file of a generation and compare it with its manifest')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old generations of a backup folder, and files that no generation needs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;backup;list' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Backup folder [default: the setting `database.backup_path`]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;backup;verify' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Backup folder, or an archive [default: the setting `database.backup_path`]')
            [CompletionResult]::new('--generation', '--generation', [CompletionResultType]::ParameterName, 'Id of the generation; the newest when absent')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--test-restore', '--test-restore', [CompletionResultType]::ParameterName, 'Also restore it into a temporary folder, and read every row there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;backup;prune' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Backup folder [default: the setting `database.backup_path`]')
            [CompletionResult]::new('--keep-last', '--keep-last', [CompletionResultType]::ParameterName, 'Keep so many of the newest generations')
            [CompletionResult]::new('--keep-daily', '--keep-daily', [CompletionResultType]::ParameterName, 'Keep the newest generation of each of the last N days that have one')
            [CompletionResult]::new('--keep-weekly', '--keep-weekly', [CompletionResultType]::ParameterName, 'Keep the newest generation of each of the last N weeks that have one')
            [CompletionResult]::new('--retention', '--retention', [CompletionResultType]::ParameterName, 'Keep all generations that are younger, such as 30d')
            [CompletionResult]::new('--grace', '--grace', [CompletionResultType]::ParameterName, 'Time for which files stay that no generation needs, after the first prune that saw them; 24h when absent')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only tell what would be removed')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;backup;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the generations of a backup folder')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read every file of a generation and compare it with its manifest')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old generations of a backup folder, and files that no generation needs')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;backup;help;list' {
            break
        }
        'codegraph;backup;help;verify' {
            break
        }
        'codegraph;backup;help;prune' {
            break
        }
        'codegraph;backup;help;help' {
            break
        }
        'codegraph;restore' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Backup folder, or an archive [default: the setting `database.backup_path`]')
            [CompletionResult]::new('--generation', '--generation', [CompletionResultType]::ParameterName, 'Id of the generation; when absent the newest of all projects, or with `--project` the newest with that one')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Restore into this data folder, which must be empty or not there yet')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Restore this project alone; all others stay as they are, and what it was before is not kept')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Only verify the generation')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;doctor' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--check-data', '--check-data', [CompletionResultType]::ParameterName, 'Read every row and every byte')
            [CompletionResult]::new('--repair', '--repair', [CompletionResultType]::ParameterName, 'Make again what can be made again')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;query' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File to read the query from')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show how it was answered: each step with the rows that were expected and that there were')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('definition', 'definition', [CompletionResultType]::ParameterValue, 'Show where a symbol is defined, with its signature and documentation')
            [CompletionResult]::new('references', 'references', [CompletionResultType]::ParameterValue, 'List every use of a symbol')
            [CompletionResult]::new('callers', 'callers', [CompletionResultType]::ParameterValue, 'List the functions that call a symbol')
            [CompletionResult]::new('callees', 'callees', [CompletionResultType]::ParameterValue, 'List what a symbol calls')
            [CompletionResult]::new('implementations', 'implementations', [CompletionResultType]::ParameterValue, 'List what implements, extends or overrides a symbol')
            [CompletionResult]::new('hierarchy', 'hierarchy', [CompletionResultType]::ParameterValue, 'Show the types above and below a type, or the methods that a method overrides and that override it')
            [CompletionResult]::new('imports', 'imports', [CompletionResultType]::ParameterValue, 'List what a file imports')
            [CompletionResult]::new('importers', 'importers', [CompletionResultType]::ParameterValue, 'List the files that import a file or a symbol')
            [CompletionResult]::new('impact', 'impact', [CompletionResultType]::ParameterValue, 'List what may break when a symbol changes: all that reaches it, with files and tests')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Show how one symbol reaches another, by calls if it can')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell why there is an edge from one symbol to another, or why there is none')
            [CompletionResult]::new('outline', 'outline', [CompletionResultType]::ParameterValue, 'Show what is defined in a file')
            [CompletionResult]::new('cycles', 'cycles', [CompletionResultType]::ParameterValue, 'Find files that depend on each other in a round')
            [CompletionResult]::new('dependencies', 'dependencies', [CompletionResultType]::ParameterValue, 'List the packages outside the project that it uses, with how often and in how many files')
            [CompletionResult]::new('unused', 'unused', [CompletionResultType]::ParameterValue, 'List definitions that nothing reaches, the surest first; entry points do not count')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count files, lines, symbols and edges by language and kind')
            [CompletionResult]::new('cypher', 'cypher', [CompletionResultType]::ParameterValue, 'Ask the graph in openCypher; `codegraph query schema` shows what it knows')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Show what queries in openCypher know: labels, relationship types, properties and functions')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;query;definition' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;references' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;callers' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Steps to follow')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;callees' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Steps to follow')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;implementations' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;hierarchy' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;imports' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Steps to follow')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;importers' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Steps to follow')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;impact' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Steps to follow')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;path' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;explain' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;outline' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;cycles' {
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What counts as depending')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;query;dependencies' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;unused' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-exports', '--include-exports', [CompletionResultType]::ParameterName, 'Also what only users of the project from outside may reach')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;stats' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Most results')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;cypher' {
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to ask; without one, the project that holds the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File to read the query from')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Show how it was answered: each step with the rows that were expected and that there were')
            [CompletionResult]::new('--include-guesses', '--include-guesses', [CompletionResultType]::ParameterName, 'Follow guesses too: edges of which several targets, or only the name, are known')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;schema' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;query;help' {
            [CompletionResult]::new('definition', 'definition', [CompletionResultType]::ParameterValue, 'Show where a symbol is defined, with its signature and documentation')
            [CompletionResult]::new('references', 'references', [CompletionResultType]::ParameterValue, 'List every use of a symbol')
            [CompletionResult]::new('callers', 'callers', [CompletionResultType]::ParameterValue, 'List the functions that call a symbol')
            [CompletionResult]::new('callees', 'callees', [CompletionResultType]::ParameterValue, 'List what a symbol calls')
            [CompletionResult]::new('implementations', 'implementations', [CompletionResultType]::ParameterValue, 'List what implements, extends or overrides a symbol')
            [CompletionResult]::new('hierarchy', 'hierarchy', [CompletionResultType]::ParameterValue, 'Show the types above and below a type, or the methods that a method overrides and that override it')
            [CompletionResult]::new('imports', 'imports', [CompletionResultType]::ParameterValue, 'List what a file imports')
            [CompletionResult]::new('importers', 'importers', [CompletionResultType]::ParameterValue, 'List the files that import a file or a symbol')
            [CompletionResult]::new('impact', 'impact', [CompletionResultType]::ParameterValue, 'List what may break when a symbol changes: all that reaches it, with files and tests')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Show how one symbol reaches another, by calls if it can')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell why there is an edge from one symbol to another, or why there is none')
            [CompletionResult]::new('outline', 'outline', [CompletionResultType]::ParameterValue, 'Show what is defined in a file')
            [CompletionResult]::new('cycles', 'cycles', [CompletionResultType]::ParameterValue, 'Find files that depend on each other in a round')
            [CompletionResult]::new('dependencies', 'dependencies', [CompletionResultType]::ParameterValue, 'List the packages outside the project that it uses, with how often and in how many files')
            [CompletionResult]::new('unused', 'unused', [CompletionResultType]::ParameterValue, 'List definitions that nothing reaches, the surest first; entry points do not count')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count files, lines, symbols and edges by language and kind')
            [CompletionResult]::new('cypher', 'cypher', [CompletionResultType]::ParameterValue, 'Ask the graph in openCypher; `codegraph query schema` shows what it knows')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Show what queries in openCypher know: labels, relationship types, properties and functions')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;query;help;definition' {
            break
        }
        'codegraph;query;help;references' {
            break
        }
        'codegraph;query;help;callers' {
            break
        }
        'codegraph;query;help;callees' {
            break
        }
        'codegraph;query;help;implementations' {
            break
        }
        'codegraph;query;help;hierarchy' {
            break
        }
        'codegraph;query;help;imports' {
            break
        }
        'codegraph;query;help;importers' {
            break
        }
        'codegraph;query;help;impact' {
            break
        }
        'codegraph;query;help;path' {
            break
        }
        'codegraph;query;help;explain' {
            break
        }
        'codegraph;query;help;outline' {
            break
        }
        'codegraph;query;help;cycles' {
            break
        }
        'codegraph;query;help;dependencies' {
            break
        }
        'codegraph;query;help;unused' {
            break
        }
        'codegraph;query;help;stats' {
            break
        }
        'codegraph;query;help;cypher' {
            break
        }
        'codegraph;query;help;schema' {
            break
        }
        'codegraph;query;help;help' {
            break
        }
        'codegraph;config' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting in force and where its value came from')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;config;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--changed', '--changed', [CompletionResultType]::ParameterName, 'Only settings that are not at their default')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;config;check' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting in force and where its value came from')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;config;help;show' {
            break
        }
        'codegraph;config;help;check' {
            break
        }
        'codegraph;config;help;help' {
            break
        }
        'codegraph;serve' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to listen on; 0 takes a free one and prints it')
            [CompletionResult]::new('--health-check', '--health-check', [CompletionResultType]::ParameterName, 'Only ask a daemon whether it is well, the one of these settings or the one at URL; exit code 0 says yes')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project that is asked when the agent names none; without it, the one that holds the working folder')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--insecure-no-auth', '--insecure-no-auth', [CompletionResultType]::ParameterName, 'Ask nobody for a key, wherever the daemon can be reached from')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Index every project again whenever its files change')
            [CompletionResult]::new('--stdio', '--stdio', [CompletionResultType]::ParameterName, 'Answer one agent over standard input and output instead, as `codegraph mcp` does')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;mcp' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project that is asked when the agent names none; without it, the one that holds the working folder')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Show how agents and editors are told to start it, or tell them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;mcp;install' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project that is asked when the agent names none; without it, the one that holds the working folder')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Add the entry to the files')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;mcp;help' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Show how agents and editors are told to start it, or tell them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;mcp;help;install' {
            break
        }
        'codegraph;mcp;help;help' {
            break
        }
        'codegraph;key' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key for the daemon, and add its hash to the file with keys')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;key;new' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'What the key may do: read asks, write indexes too, admin may do everything')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with keys')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'codegraph;key;help' {
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key for the daemon, and add its hash to the file with keys')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;key;help;new' {
            break
        }
        'codegraph;key;help;help' {
            break
        }
        'codegraph;completions' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Give a setting this value, whatever the file and the environment say; may be repeated')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]')
            [CompletionResult]::new('--api-key', '--api-key', [CompletionResultType]::ParameterName, 'Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]')
            [CompletionResult]::new('--api-key-file', '--api-key-file', [CompletionResultType]::ParameterName, 'File with that key')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;help' {
            [CompletionResult]::new('index', 'index', [CompletionResultType]::ParameterValue, 'Index folders, or bring their index up to date')
            [CompletionResult]::new('search', 'search', [CompletionResultType]::ParameterValue, 'Find code by words and meaning')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write every definition and edge of a project, one JSON object a line or as a SCIP index')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare the graph with a SCIP index that another tool made of the same tree')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the indexed projects, how fresh each is and how large')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a project from the index; its files stay')
            [CompletionResult]::new('backup', 'backup', [CompletionResultType]::ParameterValue, 'Copy the newest state of all projects, or of one, into a backup folder or an archive')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Replace the index by a generation of a backup folder or an archive')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for damage in the index, and repair what can be made again')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Ask the graph: a question by its name, or a query in openCypher')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show and check the settings')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Answer questions over HTTP')
            [CompletionResult]::new('mcp', 'mcp', [CompletionResultType]::ParameterValue, 'Answer an agent over the Model Context Protocol, on standard input and output')
            [CompletionResult]::new('key', 'key', [CompletionResultType]::ParameterValue, 'Make keys for the daemon')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;help;index' {
            break
        }
        'codegraph;help;search' {
            break
        }
        'codegraph;help;export' {
            break
        }
        'codegraph;help;verify' {
            break
        }
        'codegraph;help;status' {
            break
        }
        'codegraph;help;remove' {
            break
        }
        'codegraph;help;backup' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the generations of a backup folder')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read every file of a generation and compare it with its manifest')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old generations of a backup folder, and files that no generation needs')
            break
        }
        'codegraph;help;backup;list' {
            break
        }
        'codegraph;help;backup;verify' {
            break
        }
        'codegraph;help;backup;prune' {
            break
        }
        'codegraph;help;restore' {
            break
        }
        'codegraph;help;doctor' {
            break
        }
        'codegraph;help;query' {
            [CompletionResult]::new('definition', 'definition', [CompletionResultType]::ParameterValue, 'Show where a symbol is defined, with its signature and documentation')
            [CompletionResult]::new('references', 'references', [CompletionResultType]::ParameterValue, 'List every use of a symbol')
            [CompletionResult]::new('callers', 'callers', [CompletionResultType]::ParameterValue, 'List the functions that call a symbol')
            [CompletionResult]::new('callees', 'callees', [CompletionResultType]::ParameterValue, 'List what a symbol calls')
            [CompletionResult]::new('implementations', 'implementations', [CompletionResultType]::ParameterValue, 'List what implements, extends or overrides a symbol')
            [CompletionResult]::new('hierarchy', 'hierarchy', [CompletionResultType]::ParameterValue, 'Show the types above and below a type, or the methods that a method overrides and that override it')
            [CompletionResult]::new('imports', 'imports', [CompletionResultType]::ParameterValue, 'List what a file imports')
            [CompletionResult]::new('importers', 'importers', [CompletionResultType]::ParameterValue, 'List the files that import a file or a symbol')
            [CompletionResult]::new('impact', 'impact', [CompletionResultType]::ParameterValue, 'List what may break when a symbol changes: all that reaches it, with files and tests')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Show how one symbol reaches another, by calls if it can')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Tell why there is an edge from one symbol to another, or why there is none')
            [CompletionResult]::new('outline', 'outline', [CompletionResultType]::ParameterValue, 'Show what is defined in a file')
            [CompletionResult]::new('cycles', 'cycles', [CompletionResultType]::ParameterValue, 'Find files that depend on each other in a round')
            [CompletionResult]::new('dependencies', 'dependencies', [CompletionResultType]::ParameterValue, 'List the packages outside the project that it uses, with how often and in how many files')
            [CompletionResult]::new('unused', 'unused', [CompletionResultType]::ParameterValue, 'List definitions that nothing reaches, the surest first; entry points do not count')
            [CompletionResult]::new('stats', 'stats', [CompletionResultType]::ParameterValue, 'Count files, lines, symbols and edges by language and kind')
            [CompletionResult]::new('cypher', 'cypher', [CompletionResultType]::ParameterValue, 'Ask the graph in openCypher; `codegraph query schema` shows what it knows')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Show what queries in openCypher know: labels, relationship types, properties and functions')
            break
        }
        'codegraph;help;query;definition' {
            break
        }
        'codegraph;help;query;references' {
            break
        }
        'codegraph;help;query;callers' {
            break
        }
        'codegraph;help;query;callees' {
            break
        }
        'codegraph;help;query;implementations' {
            break
        }
        'codegraph;help;query;hierarchy' {
            break
        }
        'codegraph;help;query;imports' {
            break
        }
        'codegraph;help;query;importers' {
            break
        }
        'codegraph;help;query;impact' {
            break
        }
        'codegraph;help;query;path' {
            break
        }
        'codegraph;help;query;explain' {
            break
        }
        'codegraph;help;query;outline' {
            break
        }
        'codegraph;help;query;cycles' {
            break
        }
        'codegraph;help;query;dependencies' {
            break
        }
        'codegraph;help;query;unused' {
            break
        }
        'codegraph;help;query;stats' {
            break
        }
        'codegraph;help;query;cypher' {
            break
        }
        'codegraph;help;query;schema' {
            break
        }
        'codegraph;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting in force and where its value came from')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine')
            break
        }
        'codegraph;help;config;show' {
            break
        }
        'codegraph;help;config;check' {
            break
        }
        'codegraph;help;serve' {
            break
        }
        'codegraph;help;mcp' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Show how agents and editors are told to start it, or tell them')
            break
        }
        'codegraph;help;mcp;install' {
            break
        }
        'codegraph;help;key' {
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Make a key for the daemon, and add its hash to the file with keys')
            break
        }
        'codegraph;help;key;new' {
            break
        }
        'codegraph;help;completions' {
            break
        }
        'codegraph;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
