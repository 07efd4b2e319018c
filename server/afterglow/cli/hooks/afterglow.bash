# Afterglow for bash 4.4 and later: reports how a command ended that took a while.
# In ~/.bashrc:  eval "$(afterglow hook bash)"
# It keeps to what costs no process at a prompt; __afterglow_due, after a long command, may start some.
if [[ ${BASH_VERSINFO[0]-0} -lt 4 || (${BASH_VERSINFO[0]} -eq 4 && ${BASH_VERSINFO[1]} -lt 4) ]]; then
    : # This bash is older than 4.4, so nothing is installed.
elif [[ $- == *i* ]] && shopt -q promptvars; then
    __afterglow_program=(@PROGRAM@)
    __afterglow_least_ms=@LEAST_MS@
    __afterglow_floor=$((__afterglow_least_ms < 1000 ? __afterglow_least_ms * 1000 : 1000000))
    # Not empty while the hook is on. Its one character is cut off below, so that PS0 prints nothing.
    __afterglow_on=0
    __afterglow_began= __afterglow_seen= __afterglow_visible= __afterglow_folder=$PWD
    __afterglow_number=${HISTCMD-0}
    # Microseconds; without EPOCHREALTIME (bash 4.4) whole seconds have to do.
    __afterglow_clock=EPOCHREALTIME __afterglow_tick=1
    if [[ -z ${EPOCHREALTIME-} ]]; then
        __afterglow_clock=SECONDS __afterglow_tick=1000000
    fi
    __afterglow_ps0='${__afterglow_on:+${__afterglow_on:$((__afterglow_began=${!__afterglow_clock/[.,]/},1))}}'
    # The redirection is only there for its expansion, which comes before the function hides the user's last
    # BASH_COMMAND. Where the hook is not known (PROMPT_COMMAND may be exported) all of it is nothing.
    __afterglow_call='case ${__afterglow_on-} in 0) __afterglow_prompt "$_" ;; esac 2>&"${__afterglow_on:+${__afterglow_on%"x${__afterglow_seen:=$BASH_COMMAND}"}}2"'

    __afterglow_prompt() {
        local code=$? us
        if [[ ${PROMPT_COMMAND-} != "$__afterglow_call"* ]]; then
            # Something was put before this, so that the exit code may be its own: go first from now on.
            __afterglow_place
        elif [[ -n $__afterglow_began ]]; then
            # How many entries the history has gained, and the options. Where each variable is exported (set -a)
            # nothing is kept: what was typed stays in this shell.
            case $((HISTCMD - __afterglow_number))$- in
                0*) ;;
                1*a*) __afterglow_visible= ;;
                1[!0-9]*) __afterglow_visible=$__afterglow_seen ;;
                *) __afterglow_visible= ;;
            esac
            us=$(((${!__afterglow_clock/[.,]/} - __afterglow_began) * __afterglow_tick))
            if ((us >= __afterglow_floor)); then
                __afterglow_due "$code" $((us / 1000)) $((HISTCMD - __afterglow_number))
            fi
        fi
        __afterglow_began= __afterglow_seen= __afterglow_number=$HISTCMD __afterglow_folder=$PWD
        # For what follows in the same text; bash itself keeps it for the prompt and the next command.
        case $- in
            *e*) return 0 ;;
        esac
        return "$code"
    }

    # exit code, milliseconds, how many entries the history has gained
    __afterglow_due() {
        # First of all, so that nothing below is exported by itself.
        local -
        set +aefuvx
        local IFS=$' \t\n' line word bs='\' folder=$__afterglow_folder seen=$__afterglow_seen
        local hides=${HISTIGNORE-}${HISTCONTROL-}
        __afterglow_seen=
        if [[ -z ${HISTIGNORE-} && $hides != *ignorespace* && $hides != *ignoreboth* ]]; then
            hides=
        fi
        # 145 to 150: it is stopped, not ended.
        if (($1 >= 145 && $1 <= 150)); then
            return 0
        fi
        if [[ ! -x ${__afterglow_program[0]} || ! -d $folder || ! -o history ]]; then
            return 0
        fi
        line=$(HISTTIMEFORMAT='' builtin history 1 2>/dev/null)
        line=${line#*[0-9][\* ] }
        # The newest entry of the history is what ran, or what ran was kept out of it. The history does not
        # say whether for a leading space or as a repetition, so the last simple command has to be the same.
        if [[ $3 == 1 && "${PROMPT_COMMAND[*]}" != *history\ -[cnr]* ]]; then
            hides=
        elif [[ -n $seen && $line == "$seen" ]]; then
            hides=
        elif [[ $3 != 0 ]]; then
            return 0
        fi
        if [[ -n $hides && (-z $seen || $seen != "$__afterglow_visible" || $hides == *erasedups*) ]]; then
            return 0
        fi
        word=${line%%[[:space:]]*}
        if [[ -n $word && $word != *[\]\[\$\`]* && -n ${BASH_ALIASES[$word]-} ]]; then
            line=${BASH_ALIASES[$word]}${line#"$word"}
        fi
        if (($2 < __afterglow_least_ms)); then
            case $line in
                @WORDS@) ;;
                *) return 0 ;;
            esac
        fi
        case $line in
            '' | afterglow\ *) return 0 ;; # it reports for itself
        esac
        set -- --exit-code "$1" --duration-ms "$2"
        if ((${#line} > 4096)); then
            # What was cut off may decide what the exit code says.
            line=${line:0:4096}
            set -- "${@:3}"
        fi
        line=${line//"$bs"/"$bs$bs"}
        line=${line//'"'/"$bs\""}
        line=${line//$'\n'/"${bs}n"}
        line=${line//$'\t'/"${bs}t"}
        line=${line//[[:cntrl:]]/ }
        # A child of a child: no job of this shell, no message, nobody to wait for. The line goes through a
        # pipe: as an argument or in the environment others could read it.
        (
            trap '' HUP INT
            builtin cd -- "$folder" || exit 0
            builtin printf '{"commandLine": "%s"}' "$line" |
                "${__afterglow_program[@]}" emit command --source hook "$@" --data - &
        ) </dev/null >/dev/null 2>&1
        return 0
    }

    # What PROMPT_COMMAND holds beside this, in the caller's list of commands.
    __afterglow_others() {
        local index text after
        for index in "${!PROMPT_COMMAND[@]}"; do
            text=${PROMPT_COMMAND[index]}
            for after in $'\n' '; ' ';' ''; do
                text=${text//"$__afterglow_call$after"/}
            done
            if [[ -n $text ]]; then
                commands+=("$text")
            fi
        done
    }

    __afterglow_place() {
        local commands=()
        if [[ ${PS0-} != *"$__afterglow_ps0"* ]]; then
            PS0=${PS0-}$__afterglow_ps0
        fi
        __afterglow_others
        if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
            # Each element of its own finds $?, $_ and PIPESTATUS as the user's command left them.
            PROMPT_COMMAND=("$__afterglow_call" ${commands[@]+"${commands[@]}"})
        else
            PROMPT_COMMAND=$__afterglow_call${commands[0]:+$'\n'${commands[0]}}
        fi
    }

    if [[ -z ${__afterglow_was-} ]]; then
        # To leave things as they were: whether each was set, and the one was a list.
        __afterglow_was=${PS0+ps0}
        case $(builtin declare -p PROMPT_COMMAND 2>/dev/null) in
            '') __afterglow_was+=,none ;;
            'declare -'*a*' PROMPT_COMMAND'*) __afterglow_was+=,list ;;
            *) __afterglow_was+=,text ;;
        esac
    fi
    __afterglow_place
fi
