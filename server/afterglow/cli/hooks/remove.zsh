# Takes the hook of Afterglow out of this shell:  eval "$(afterglow hook zsh --uninstall)"
# To keep it out of new ones, delete this line from ~/.zshrc:  eval "$(afterglow hook zsh)"
if (( ${+functions[__afterglow_precmd]} )); then
    add-zsh-hook -d preexec __afterglow_preexec
    add-zsh-hook -d precmd __afterglow_precmd
    unfunction __afterglow_preexec __afterglow_precmd __afterglow_due
    unset __afterglow_program __afterglow_least_ms __afterglow_began __afterglow_line __afterglow_folder
fi
