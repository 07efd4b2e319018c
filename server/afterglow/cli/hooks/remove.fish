# Takes the hook of Afterglow out of this shell:  afterglow hook fish --uninstall | source
# To keep it out of new ones, delete this line from ~/.config/fish/config.fish:  afterglow hook fish | source
functions -e __afterglow_preexec __afterglow_postexec __afterglow_due
set -eg __afterglow_program
set -eg __afterglow_least_ms
set -eg __afterglow_folder
set -eg __afterglow_jobs
