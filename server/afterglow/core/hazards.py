"""What calls for silence: commands that destroy and commands that handle credentials.

Invariant: tables, each row tested with an ordinary neighbour that must pass. When in doubt about
destruction a row is here: a silent minute costs less than a cheerful line after a loss.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from attrs import frozen

from afterglow.core.programs import Program, base_name, names
from afterglow.core.secret_files import is_secret_file

DESTRUCTIVE: Final = "destructive"
CREDENTIAL: Final = "credential"

SILENCE_MS: Final[dict[str, int]] = {DESTRUCTIVE: 60_000, CREDENTIAL: 60_000, "secret_file": 300_000}
"""How long silence is owed after a destructive or credential command, and after a secret file was edited."""


@frozen
class Rule:
    """One kind of command. ``words``: its first arguments that are no options, "" for any.
    ``flags``: groups of which each needs one member present. ``unless``: flags or words that make
    it harmless. ``text``: a pattern that some argument must match."""

    hazard: str
    program: str
    words: tuple[str, ...] = ()
    flags: tuple[frozenset[str], ...] = ()
    unless: frozenset[str] = frozenset()
    text: re.Pattern[str] | None = None

    def matches(self, program: Program) -> bool:
        plain = program.plain
        if len(plain) < len(self.words):
            return False
        if any(want not in ("*", have) for want, have in zip(self.words, plain, strict=False)):
            return False
        flags = program.flags
        if (flags | set(plain)) & self.unless or any(not group & flags for group in self.flags):
            return False
        return self.text is None or any(self.text.search(word) for word in program.arguments)


def _rules(
    hazard: str, program: str, words: str = "", flags: str = "", unless: str = "--dry-run", text: str = ""
) -> list[Rule]:
    """Rows of one table line: programs by spaces, first words by ``|``, flag groups by ``&``."""
    groups = tuple(frozenset(group.split()) for group in flags.split("&") if group)
    pattern = re.compile(text) if text else None
    return [
        Rule(hazard, name, tuple(each.split()), groups, frozenset(unless.split()), pattern)
        for name in program.split()
        for each in words.split("|")
    ]


_RECURSIVE: Final = "-r -R --recursive"
_FORCE: Final = "-f --force"
_D, _C = DESTRUCTIVE, CREDENTIAL


def _rows() -> list[list[Rule]]:
    return [
        # files and disks
        _rules(_D, "rm", flags=_RECURSIVE),
        _rules(_D, "shred srm wipefs blkdiscard fdisk sfdisk cfdisk mkswap lvremove vgremove pvremove"),
        _rules(_D, "dd", text=r"^of=/dev/(?!null|stdout|stderr|fd)"),
        _rules(_D, "sgdisk", flags="-Z -o -d --zap-all --clear --delete"),
        _rules(_D, "parted", text=r"^(?:rm|mklabel|mkpart)$"),
        _rules(_D, "diskutil", "eraseDisk|eraseVolume|partitionDisk"),
        _rules(_D, "zfs zpool", "destroy"),
        _rules(_D, "btrfs", "subvolume delete"),
        _rules(_D, "find", flags="-delete", unless=""),
        _rules(_D, "truncate", flags="-s --size"),
        _rules(
            _D,
            "rsync",
            flags="--delete --delete-before --delete-after --delete-during",
            unless="-n --dry-run",
        ),
        _rules(_D, "rclone", "purge|delete"),
        _rules(_D, "Remove-Item ri", text=r"(?i)^-(?:r|rec.*|fo.*)$"),
        _rules(_D, "rd rmdir del erase", text=r"(?i)^/s$"),
        _rules(_D, "userdel deluser", flags="-r --remove --remove-home"),
        _rules(_D, "crontab", flags="-r"),
        # version control
        _rules(
            _D,
            "git",
            "push",
            "-f -d --force --force-with-lease --force-if-includes --delete --mirror --prune",
            "-n --dry-run",
        ),
        _rules(_D, "git", "push", unless="-n --dry-run", text=r"^(?:\+|:)[\w./-]+"),
        _rules(_D, "git", "reset", "--hard"),
        _rules(_D, "git", "clean", _FORCE, "-n --dry-run"),
        _rules(_D, "git", "branch", "-D"),
        _rules(_D, "git", "branch", f"-d --delete&{_FORCE}"),
        _rules(_D, "git", "checkout", _FORCE),
        _rules(_D, "git", "checkout", text=r"^(?:--|\.|\./)$"),
        _rules(_D, "git", "switch", "-f --force --discard-changes"),
        _rules(_D, "git", "restore", "-W --worktree"),
        _rules(_D, "git", "restore", unless="-S --staged"),
        _rules(_D, "git", "stash drop|stash clear|reflog expire|reflog delete|filter-branch|filter-repo"),
        _rules(_D, "git", "update-ref", "-d"),
        _rules(_D, "git", "gc", text=r"^--prune=(?:now|all)$"),
        _rules(_D, "git", "worktree remove|submodule deinit", _FORCE),
        _rules(_D, "git-filter-repo bfg"),
        _rules(_D, "hg", "strip|purge"),
        _rules(_D, "gh", "repo delete|release delete|secret delete"),
        _rules(_D, "glab", "repo delete"),
        # data
        _rules(_D, "dropdb dropuser"),
        _rules(_D, "mysqladmin", "drop"),
        _rules(_D, "redis-cli valkey-cli", text=r"(?i)^flush(?:all|db)\b"),
        _rules(_D, "mongosh mongo", text=r"\bdrop(?:Database)?\s*\(|\bdeleteMany\(\s*\{\s*\}"),
        _rules(_D, "etcdctl", "del", "--prefix --from-key"),
        _rules(_D, "consul", "kv delete", "-recurse"),
        _rules(_D, "rails rake", "db:drop|db:reset|db:purge|db:schema:load|db:migrate:reset"),
        _rules(_D, "prisma", "migrate reset"),
        _rules(_D, "prisma", "db push", "--force-reset --accept-data-loss"),
        _rules(_D, "manage.py django-admin", "flush|reset_db"),
        _rules(_D, "alembic", "downgrade base"),
        _rules(_D, "flyway", "clean"),
        _rules(_D, "liquibase", "dropAll|drop-all"),
        _rules(_D, "artisan", "migrate:fresh|migrate:reset|migrate:refresh|db:wipe"),
        _rules(_D, "mix", "ecto.drop|ecto.reset"),
        _rules(_D, "sequelize", "db:drop"),
        _rules(_D, "kafka-topics kafka-topics.sh", flags="--delete"),
        _rules(_D, "rabbitmqctl", "reset|force_reset|purge_queue"),
        # machines, clusters, clouds
        _rules(_D, "terraform tofu terragrunt", "destroy|run-all destroy|workspace delete|state rm"),
        _rules(_D, "terraform tofu terragrunt", "apply", "-destroy --destroy"),
        _rules(_D, "pulumi", "destroy|stack rm"),
        _rules(_D, "cdk", "destroy"),
        _rules(_D, "cdktf", "destroy"),
        _rules(_D, "sam", "delete"),
        _rules(_D, "serverless sls", "remove"),
        _rules(_D, "kubectl oc", "delete|drain"),
        _rules(_D, "helm", "uninstall|delete|un|del"),
        _rules(_D, "helmfile", "destroy|delete"),
        _rules(_D, "argocd", "app delete"),
        _rules(_D, "kind minikube k3d", "delete|cluster delete"),
        _rules(_D, "vagrant", "destroy"),
        _rules(_D, "nomad", "job stop|stop", "-purge"),
        _rules(
            _D,
            "docker podman",
            "system prune|volume prune|image prune|container prune|network prune"
            "|builder prune|buildx prune|volume rm|system reset",
        ),
        _rules(_D, "docker podman", "rm|container rm|rmi|image rm", "-f --force"),
        _rules(_D, "docker", "compose down", "-v --volumes --rmi"),
        _rules(_D, "docker-compose", "down", "-v --volumes --rmi"),
        _rules(_D, "aws", "s3 rm", "--recursive", "--dryrun"),
        _rules(_D, "aws", "s3 rb", "--force"),
        _rules(_D, "aws", "s3 sync", "--delete", "--dryrun"),
        _rules(_D, "aws", unless="--dry-run", text=r"^(?:delete-|terminate-|deregister-|purge-)\w"),
        _rules(_D, "gsutil", flags=_RECURSIVE, text=r"^rm$"),
        _rules(_D, "gsutil", "rb"),
        _rules(_D, "gcloud az doctl", text=r"^(?:delete|purge)$"),
        _rules(_D, "heroku", "apps:destroy|pg:reset|addons:destroy"),
        _rules(_D, "fly flyctl", "apps destroy|destroy|volumes destroy|machine destroy"),
        _rules(_D, "vercel", "remove|rm"),
        _rules(_D, "firebase", "firestore:delete|hosting:disable|database:remove"),
        _rules(_D, "npm pnpm", "unpublish"),
        # credentials
        _rules(_C, "gh glab", "auth"),
        _rules(_C, "gh", "secret set"),
        _rules(
            _C,
            "docker podman npm pnpm cargo az heroku fly flyctl vercel netlify firebase wrangler railway"
            " supabase expo eas hf huggingface-cli wandb tailscale kamal oc argocd doppler infisical"
            " pulumi terraform tofu helm claude codex databricks",
            "login|logout",
        ),
        _rules(_C, "npm pnpm", "adduser|token|npm login"),
        _rules(_C, "yarn", "login|npm login"),
        _rules(_C, "helm", "registry login"),
        _rules(_C, "gem", "signin"),
        _rules(_C, "aws", "configure", unless="list list-profiles"),
        _rules(
            _C,
            "aws",
            "sso|sts assume-role|sts get-session-token|secretsmanager get-secret-value"
            "|secretsmanager create-secret|secretsmanager put-secret-value|iam create-access-key"
            "|ecr get-login-password",
        ),
        _rules(
            _C, "aws", "ssm get-parameter|ssm get-parameters|ssm put-parameter", "--with-decryption --value"
        ),
        _rules(_C, "gcloud", "auth|secrets"),
        _rules(_C, "az", "keyvault|account get-access-token|ad sp create-for-rbac"),
        _rules(_C, "heroku", "auth:token|auth:login|config:set|authorizations:create"),
        _rules(_C, "fly flyctl", "auth|secrets|tokens"),
        _rules(_C, "wrangler", "secret"),
        _rules(_C, "vercel", "env add|env pull"),
        _rules(_C, "doctl", "auth"),
        _rules(_C, "doppler infisical", "secrets"),
        _rules(
            _C,
            "ssh-keygen ssh-add ssh-copy-id htpasswd passwd chpasswd secret-tool aws-vault ansible-vault"
            " keytool age-keygen kinit lpass gopass pinentry sops chamber certbot mkcert",
        ),
        _rules(
            _C,
            "gpg gpg2",
            flags="--gen-key --full-gen-key --full-generate-key --generate-key --quick-gen-key"
            " --quick-generate-key --import --export-secret-keys --export-secret-subkeys --edit-key"
            " --delete-secret-keys --passwd",
        ),
        _rules(
            _C, "vault", "login|read|write|kv|token|unwrap|operator|auth|secrets|transit|lease|delete|list"
        ),
        _rules(_C, "op", "signin|read|item|run|inject|account|document|vault"),
        _rules(_C, "bw", "login|unlock|get|create|edit|list"),
        _rules(_C, "pass", "show|insert|generate|edit|rm|cp|mv|init|otp|ls|find|grep|git"),
        _rules(
            _C,
            "kubectl oc",
            "create secret|get secret|get secrets|describe secret|edit secret"
            "|config set-credentials|create token",
        ),
        _rules(_C, "kubeseal"),
        _rules(_C, "openssl", "genrsa|genpkey|gendsa|req|rsa|pkey|pkcs8|pkcs12|ecparam|ec|passwd|rand"),
        _rules(
            _C,
            "security",
            "add-generic-password|add-internet-password|find-generic-password"
            "|find-internet-password|unlock-keychain|import|set-key-partition-list",
        ),
        _rules(_C, "git", "credential|credential-store|credential-cache|credential-manager"),
        _rules(_C, "poetry", "config", text=r"(?i)^(?:pypi-token|http-basic)\b"),
        _rules(_C, "pip", "config set", text=r"://[^/@\s]+@"),
        _rules(_C, "dotnet", "user-secrets"),
        _rules(_C, "rails", "credentials:edit|credentials:show|secrets:edit"),
        _rules(_C, "manage.py django-admin", "changepassword|createsuperuser"),
        _rules(
            _C,
            "export setx",
            text=r"^\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|(?:API|ACCESS|PRIVATE|SECRET)_?KEY)=\S",
        ),
    ]


@cache
def rules() -> dict[str, tuple[Rule, ...]]:
    """The table by program. Made when it is first asked for: a server starts without it."""
    table: dict[str, tuple[Rule, ...]] = {}
    for row in _rows():
        for rule in row:
            table[rule.program] = (*table.get(rule.program, ()), rule)
    return table


_READERS: Final = names(
    "cat bat less more head tail vi vim nvim nano emacs emacsclient hx micro code codium subl kak"
)
_FIND_RUNS: Final = names("-exec -execdir -ok -okdir")
_REMOVERS: Final = names("rm shred unlink")
_SQL_CLIENTS: Final = names(
    "psql pgcli mysql mycli mariadb sqlite3 litecli sqlcmd duckdb clickhouse-client usql snowsql bq cockroach"
    " cqlsh sqlplus"
)
_MAX_SQL: Final = 4_000
_SQL_WORDS: Final = frozenset({"drop", "truncate", "delete", "update", "alter"})
_SQL_QUIET: Final = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_SQL: Final = (
    re.compile(
        r"\bdrop\s+(?:table|database|schema|index|view|materialized\s+view|role|user|column|keyspace)\b"
    ),
    re.compile(r"\btruncate\s+(?:table\s+)?[\w\".`\[]"),
    re.compile(r"\bdelete\s+from\s+\S+(?!.*\bwhere\b)", re.DOTALL),
    re.compile(r"\bupdate\s+\S+\s+set\b(?!.*\bwhere\b)", re.DOTALL),
)


def destroys_data(sql: str) -> bool:
    """Whether SQL drops or truncates something, or deletes or updates every row."""
    bare = _SQL_QUIET.sub(" ", sql[:_MAX_SQL]).lower()
    return any(pattern.search(statement) for statement in bare.split(";") for pattern in _SQL)


def _find_runs(arguments: tuple[str, ...]) -> frozenset[str]:
    """The programs that ``find`` starts for what it finds."""
    return frozenset(base_name(word) for option, word in pairwise(arguments) if option in _FIND_RUNS)


def hazard_of(program: Program, feeds: str = "") -> str | None:
    """``destructive``, ``credential`` or None for one command. ``feeds``: the text it reads as input."""
    known = rules().get(program.name, ())
    found = {rule.hazard for rule in known if rule.matches(program)}
    if program.name.startswith("mkfs"):
        found.add(DESTRUCTIVE)
    if program.name == "find" and _find_runs(program.arguments) & _REMOVERS:
        found.add(DESTRUCTIVE)
    if program.name.startswith("git-credential"):
        found.add(CREDENTIAL)
    if program.name in _SQL_CLIENTS and destroys_data("\n;".join((*program.arguments, feeds))):
        found.add(DESTRUCTIVE)
    if program.name.lower() in _SQL_WORDS and destroys_data(" ".join((program.name, *program.arguments))):
        found.add(DESTRUCTIVE)
    if program.name in _READERS and any(is_secret_file(word) for word in program.plain):
        found.add(CREDENTIAL)
    return DESTRUCTIVE if DESTRUCTIVE in found else CREDENTIAL if found else None
