# Afterglow for fish: reports how a command ended that took a while.
# In ~/.config/fish/config.fish:  afterglow hook fish | source
# It keeps to what costs no process at a prompt; __afterglow_due, after a long command, may start some.
if status is-interactive
    set -g __afterglow_program @PROGRAM@
    set -g __afterglow_least_ms @LEAST_MS@

    function __afterglow_preexec --on-event fish_preexec
        set -g __afterglow_folder $PWD
        # A job that is stopped with Ctrl-Z leaves the status 0: it is known by being new among the jobs.
        set -g __afterglow_jobs (jobs -p)
    end

    function __afterglow_postexec --on-event fish_postexec
        set -l code $status
        if test $CMD_DURATION -ge 1000 -o $CMD_DURATION -ge $__afterglow_least_ms
            __afterglow_due $code $CMD_DURATION $argv[1]
        end
    end

    # exit code, milliseconds, the line as typed
    function __afterglow_due
        set -l line $argv[3]
        if string match -qr '^\s' -- "$line"; or set -q fish_private_mode
            return 0
        end
        if functions -q fish_should_add_to_history; and not fish_should_add_to_history $line >/dev/null 2>&1
            return 0
        end
        # 145 to 150: it is stopped, not ended.
        if string match -qr '^(14[5-9]|150)$' -- $argv[1]
            return 0
        end
        for pid in (jobs -p)
            contains -- $pid $__afterglow_jobs; or return 0
        end
        if not test -x $__afterglow_program[1]; or not test -d "$__afterglow_folder"
            return 0
        end
        if test $argv[2] -lt $__afterglow_least_ms; and not string match -qr '@PATTERN@' -- $line
            return 0
        end
        if test -z "$line"; or string match -q 'afterglow *' -- $line # it reports for itself
            return 0
        end
        set -l told --exit-code $argv[1] --duration-ms $argv[2]
        if test (string length -- "$line") -gt 4096
            # What was cut off may decide what the exit code says.
            set line (string sub -l 4096 -- $line | string collect)
            set -e told[1..2]
        end
        set line (string replace -a '\\' '\\\\' -- $line | string replace -a '"' '\\"')
        set line (string join '\\n' -- (string replace -a \t '\\t' -- $line))
        set line (string replace -ar '[\x00-\x1f\x7f]' ' ' -- $line)
        # A child of a child: no job of this shell, no message, nobody to wait for. The line goes through a
        # pipe: as an argument or in the environment others could read it.
        printf '%s\n{"commandLine": "%s"}' $__afterglow_folder $line | command sh -c '
            trap "" HUP INT
            IFS= read -r folder && cd -- "$folder" && exec 3<&0 && { "$@" <&3 3<&- & }
        ' sh $__afterglow_program emit command --source hook $told --data - >/dev/null 2>&1
    end
end
