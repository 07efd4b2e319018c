# Takes the hook of Afterglow out of this shell:  eval "$(afterglow hook bash --uninstall)"
# To keep it out of new ones, delete this line from ~/.bashrc:  eval "$(afterglow hook bash)"
if [[ -n ${__afterglow_on-} ]]; then
    __afterglow_remove() {
        local commands=()
        PS0=${PS0//"$__afterglow_ps0"/}
        if [[ -z $PS0 && $__afterglow_was != ps0* ]]; then
            unset -v PS0
        fi
        __afterglow_others
        if [[ $__afterglow_was == *list || ${#commands[@]} -gt 1 ]]; then
            PROMPT_COMMAND=(${commands[@]+"${commands[@]}"})
        else
            unset -v PROMPT_COMMAND
            if [[ ${#commands[@]} -eq 1 || $__afterglow_was == *text ]]; then
                PROMPT_COMMAND=${commands[0]-}
            fi
        fi
    }
    __afterglow_remove
    unset -f __afterglow_remove __afterglow_prompt __afterglow_due __afterglow_others __afterglow_place
    unset -v __afterglow_program __afterglow_least_ms __afterglow_on __afterglow_began __afterglow_seen
    unset -v __afterglow_visible __afterglow_folder __afterglow_number __afterglow_ps0 __afterglow_call
    unset -v __afterglow_was __afterglow_clock __afterglow_tick __afterglow_floor
fi
