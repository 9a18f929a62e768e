
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
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write every definition and edge of a project, one JSON object a line')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the indexed projects, how fresh each is and how large')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a project from the index; its files stay')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show and check the settings')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;index' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the project; without one, the folder''s')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
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
        'codegraph;export' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Project to export; without one, the project that holds the working folder')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;status' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Only this project')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
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
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'codegraph;config' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours; auto: on a terminal, unless NO_COLOR is set')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is done, on standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing but answers and errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting in force and where its value came from')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;config;show' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the answer')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
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
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force')
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
        'codegraph;completions' {
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder that holds the index')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'File with settings')
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
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write every definition and edge of a project, one JSON object a line')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the indexed projects, how fresh each is and how large')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a project from the index; its files stay')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show and check the settings')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'codegraph;help;index' {
            break
        }
        'codegraph;help;export' {
            break
        }
        'codegraph;help;status' {
            break
        }
        'codegraph;help;remove' {
            break
        }
        'codegraph;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show every setting in force and where its value came from')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a file with settings; without one, those in force')
            break
        }
        'codegraph;help;config;show' {
            break
        }
        'codegraph;help;config;check' {
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
