# Afterglow for zsh: reports how a command ended that took a while.
# In ~/.zshrc:  eval "$(afterglow hook zsh)"
# It keeps to what costs no process at a prompt; __afterglow_due, after a long command, may start some.
if [[ -o interactive ]] && zmodload zsh/datetime 2>/dev/null && autoload -Uz add-zsh-hook; then
    typeset -ga __afterglow_program
    __afterglow_program=(@PROGRAM@)
    typeset -g __afterglow_least_ms=@LEAST_MS@ __afterglow_began=0 __afterglow_line= __afterglow_folder=

    # as typed, in short, as it is run (aliases resolved)
    __afterglow_preexec() {
        # What was typed stays in this shell, also where each variable is exported (set -a).
        setopt localoptions noallexport
        typeset -g __afterglow_line=$3 __afterglow_folder=$PWD __afterglow_began=$EPOCHREALTIME
        if [[ $1 == [[:blank:]]* && -o histignorespace ]]; then
            typeset -g __afterglow_line=
        fi
    }

    __afterglow_precmd() {
        local -i code=$? took
        setopt localoptions noallexport
        if ((__afterglow_began > 0)); then
            took=$(((EPOCHREALTIME - __afterglow_began) * 1000))
            typeset -g __afterglow_began=0
            if ((took >= 1000 || took >= __afterglow_least_ms)) && [[ -n $__afterglow_line ]]; then
                __afterglow_due $code $took
            fi
            typeset -g __afterglow_line=
        fi
        return 0
    }

    # exit code, milliseconds
    __afterglow_due() {
        emulate -L zsh
        setopt noallexport noxtrace noverbose
        local line=$__afterglow_line bs='\'
        # 145 to 150: it is stopped, not ended.
        if (( $1 >= 145 && $1 <= 150 )); then
            return 0
        fi
        if [[ ! -x $__afterglow_program[1] || ! -d $__afterglow_folder ]]; then
            return 0
        fi
        if (( $2 < __afterglow_least_ms )); then
            case $line in
                (@WORDS@) ;;
                (*) return 0 ;;
            esac
        fi
        if [[ $line == 'afterglow '* ]]; then
            return 0 # it reports for itself
        fi
        set -- --exit-code $1 --duration-ms $2
        if (( $#line > 4096 )); then
            # What was cut off may decide what the exit code says.
            line=$line[1,4096]
            shift 2
        fi
        line=${line//"$bs"/$bs$bs}
        line=${line//'"'/$bs'"'}
        line=${line//$'\n'/${bs}n}
        line=${line//$'\t'/${bs}t}
        line=${line//[[:cntrl:]]/ }
        # A child of a child: no job of this shell, no message, nobody to wait for. The line goes through a
        # pipe: as an argument or in the environment others could read it.
        (
            trap '' HUP INT
            builtin cd -q -- $__afterglow_folder || exit 0
            builtin print -rn -- '{"commandLine": "'$line'"}' |
                $__afterglow_program emit command --source hook "$@" --data - &
        ) </dev/null >/dev/null 2>&1
        return 0
    }

    add-zsh-hook preexec __afterglow_preexec
    add-zsh-hook precmd __afterglow_precmd
fi
