"""Command lines that silence is owed to: they destroy or handle a credential. Ordinary neighbours pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.commands import CREDENTIAL, DESTRUCTIVE, SILENCE_MS, recognise
from afterglow.core.hazards import Rule, rules
from tests.core.command_lines import lines

DESTROYS = """
    rm -rf build
    rm -fr build
    rm -r -f build
    rm --recursive --force build
    rm build -rf
    rm -r build
    sudo rm -rf /
    \\rm -rf x
    cd x && rm -rf y
    true || rm -rf y
    make clean; rm -rf y | cat
    for d in *; do rm -rf "$d"; done
    echo $(rm -rf x)
    echo "a `rm -rf x`"
    git commit -m "$(rm -rf x)"
    bash -c 'rm -rf x'
    ssh host rm -rf x
    xargs rm -rf < list
    find . -name x | xargs rm -rf
    find . -delete
    find . -name '*.o' -exec rm {} +
    docker exec web rm -rf /data
    kubectl exec pod -- rm -rf /data
    git push --force
    git push -f origin main
    git push -uf origin main
    git push --force-with-lease
    git push origin +main
    git push origin :old
    git push origin --delete old
    git push --mirror
    git -C sub push --force
    git reset --hard
    git reset --hard HEAD~3
    git clean -fd
    git clean -xdf
    git branch -D old
    git branch -d -f old
    git checkout -- .
    git checkout .
    git checkout -f main
    git restore .
    git restore --staged --worktree a
    git stash drop
    git stash clear
    psql -c "DROP TABLE users"
    psql -c 'drop database prod;'
    mysql -e "TRUNCATE TABLE x"
    sqlite3 x.db "DELETE FROM users"
    sqlite3 x.db "delete from users; select 1 where 1"
    psql -c "UPDATE users SET a = 1"
    echo "DROP TABLE x" | psql
    psql <<< "DROP TABLE x"
    DROP TABLE users;
    DELETE FROM users
    terraform destroy
    terraform -chdir=x destroy -auto-approve
    terraform apply -destroy
    pulumi destroy
    kubectl delete pod x
    kubectl -n prod delete deploy x
    helm uninstall x
    docker system prune -af
    docker volume rm x
    docker compose down -v
    dd if=x of=/dev/sda
    mkfs.ext4 /dev/sdb1
    mkfs /dev/sdb1
    shred x
    redis-cli FLUSHALL
    redis-cli -n 2 flushdb
    dropdb x
    aws s3 rm s3://x --recursive
    aws s3 rb s3://x --force
    aws --profile p ec2 terminate-instances --instance-ids i
    gcloud compute instances delete x
    rsync -a --delete a/ b/
    python manage.py flush
    rails db:drop
    npx prisma migrate reset
    php artisan migrate:fresh
    alembic downgrade base
    Remove-Item -Recurse -Force x
    gh repo delete x
    truncate -s 0 x
"""
CREDENTIALS = """
    gh auth login
    docker login
    docker login registry.example.org
    npm login
    npm adduser
    npm token create
    aws configure
    aws --profile x configure
    aws sso login
    gcloud auth login
    gcloud auth application-default login
    az login
    heroku login
    ssh-keygen -t ed25519
    ssh-add ~/.ssh/id_ed25519
    gpg --gen-key
    gpg --import x.asc
    gpg --export-secret-keys me
    vault login
    vault read secret/x
    vault write secret/x a=b
    vault kv get secret/x
    op signin
    op item get x
    pass show x
    bw unlock
    kubectl create secret generic x
    kubectl get secret x -o yaml
    openssl genrsa -out x 2048
    openssl genpkey -algorithm RSA
    passwd
    htpasswd -c f u
    security add-generic-password -a x
    git credential fill
    git credential-store get
    export GITHUB_TOKEN=abc
    export DB_PASSWORD=abc
    cat .env
    vim ~/.aws/credentials
    sudo cat /etc/ssl/private/x.key
    python manage.py changepassword ada
"""
ORDINARY = """
    rm file.txt
    rm -f file.txt
    rm -i a b
    rmdir empty
    git push
    git push origin main
    git push -u origin feature
    git push --tags
    git push --dry-run --force
    git push origin feature-force
    git reset
    git reset file
    git reset --soft HEAD~1
    git clean -n
    git clean -fdn
    git branch -d merged
    git branch feature
    git checkout main
    git checkout -b feature
    git restore --staged a.py
    git stash
    git stash pop
    git commit -m "drop table users"
    git commit -m "rm -rf build"
    git log --grep "git push --force"
    grep "rm -rf" script.sh
    grep -r "DROP TABLE" .
    echo "rm -rf /"
    echo 'git push --force'
    echo '$(rm -rf x)'
    ls # rm -rf x
    cat rm.txt
    man rm
    which rm
    kubectl get pods
    kubectl delete pod x --dry-run=client
    kubectl describe deploy x
    terraform plan
    terraform apply
    helm list
    docker ps
    docker build .
    docker compose down
    docker compose up
    docker run --rm img
    psql -c "SELECT * FROM users"
    psql -c "DELETE FROM users WHERE id = 1"
    psql -c "UPDATE users SET a = 1 WHERE id = 2"
    psql -c "SELECT 'drop table x'"
    psql -c "CREATE TABLE drops (id int)"
    dd if=a of=b
    dd if=/dev/zero of=/dev/null
    redis-cli get x
    aws s3 ls
    aws s3 cp a s3://x --recursive
    aws configure list
    find . -name x
    find . -exec grep rm {} +
    rsync -a a/ b/
    rsync -an --delete a/ b/
    pytest
    make clean
    npm run login-test
    pytest tests/test_oauth.py
    vim oauth.py
    vim vault.md
    cd vault
    cat docs/vault/login.md
    vault status
    grep password src
    grep -r token .
    gh pr list
    npm install
    npm publish
    gpg --verify x.sig
    openssl version
    openssl s_client -connect x:443
    cat .env.example
    cat key.py
    export PATH=/bin
    export TOKENIZERS_PARALLELISM=false
    export EDITOR=vim
    git config user.name x
    kubectl get pods -l app=secret
    passenger start
    compass compile
"""


@pytest.mark.parametrize("line", lines(DESTROYS))
def test_a_destructive_command_is_seen(line: str) -> None:
    assert recognise(line).hazard == DESTRUCTIVE


@pytest.mark.parametrize("line", lines(CREDENTIALS))
def test_a_credential_command_is_seen(line: str) -> None:
    assert recognise(line).hazard == CREDENTIAL


@pytest.mark.parametrize("line", lines(ORDINARY))
def test_an_ordinary_neighbour_passes(line: str) -> None:
    assert recognise(line).hazard is None


@pytest.mark.parametrize(
    "rule",
    [rule for known in rules().values() for rule in known if rule.text is None],
    ids=lambda rule: f"{rule.program} {rule.words}",
)
def test_every_row_of_the_table_does_what_it_says(rule: Rule) -> None:
    flags = [min(group) for group in rule.flags]
    line = " ".join((rule.program, *rule.words, *flags, "x"))
    assert recognise(line).hazard in (rule.hazard, DESTRUCTIVE)
    if flags:
        assert recognise(f"sudo {rule.program} {' '.join(flags)} {' '.join(rule.words)} x").hazard is not None


def test_text_of_a_here_document_is_read_by_what_it_goes_to() -> None:
    assert recognise("psql prod <<SQL\nDROP TABLE x;\nSQL").hazard == DESTRUCTIVE
    assert recognise("bash <<EOF\nrm -rf x\nEOF").hazard == DESTRUCTIVE
    assert recognise("cat > notes <<'EOF'\nrm -rf x\nEOF\nls").hazard is None


def test_any_line_of_several_counts() -> None:
    assert recognise("ls\nrm -rf x\nls").hazard == DESTRUCTIVE
    assert recognise("pytest &&\n  git push --force").hazard == DESTRUCTIVE


@given(
    st.sampled_from(lines(DESTROYS)),
    st.sampled_from(["ls; ", "cd x && ", "sudo ", "A=1 ", "true | ", "time "]),
)
def test_what_stands_before_a_hazard_does_not_hide_it(line: str, before: str) -> None:
    if before in ("sudo ", "time ") and line.startswith(("for ", "true ||")):
        return
    assert recognise(before + line).hazard == DESTRUCTIVE


def test_silences_are_as_long_as_the_specification_says() -> None:
    assert SILENCE_MS == {DESTRUCTIVE: 60_000, CREDENTIAL: 60_000, "secret_file": 300_000}
