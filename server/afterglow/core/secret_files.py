"""Which files hold secrets, by their names alone; nothing is opened.

Invariant: an example or template of such a file, a public key and source code about secrets are not
secret: what is listed is where people keep the real ones.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_MAX_PATH: Final = 1_024

_SECRET_NAME: Final = re.compile(
    r"\.env|\.envrc|[\w.-]+\.env|\.env\.(?!(?:example|sample|template|dist|defaults?|schema|d\.ts)$).+"
    r"|id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)"
    r"|.+\.(?:pem|key|p8|p12|pfx|ppk|kdbx?|jks|keystore|ovpn|gpg|kubeconfig|tfvars|tfstate|agekey)"
    r"|.+\.(?:tfvars|tfstate)\.(?:json|backup)|.+\.auto\.tfvars"
    r"|\.npmrc|\.pypirc|[._]netrc|\.pgpass|\.my\.cnf|\.htpasswd|htpasswd|\.dockercfg|\.dockerconfigjson"
    r"|\.git-credentials|\.s3cfg|\.boto|\.vault[-_](?:token|pass(?:word)?)|vault[-_]pass(?:word)?(?:\.txt)?"
    r"|kubeconfig(?:[-_][\w-]+)?(?:\.(?:ya?ml|json|conf))?|credentials|\.?credentials\.(?:json|toml|ya?ml|ini|csv|xml|properties|enc|yml\.enc)"
    r"|\.?secrets?(?:[-_.](?:prod|production|staging|dev|development|local|test))?"
    r"\.(?:ya?ml|json|toml|ini|txt|env|properties|enc|ya?ml\.enc|auto\.tfvars)"
    r"|(?:.*[-_])?service[-_]?account(?:[-_.].*)?\.json|client_secrets?(?:[-_.].*)?\.json"
    r"|application_default_credentials\.json|gha-creds.*\.json|passwords?\.(?:txt|csv|ya?ml|json)|local\.settings\.json"
)
_SECRET_PLACE: Final = re.compile(
    r"(?:^|/)(?:\.aws/credentials|\.docker/config\.json|\.kube/config|\.gnupg/[^/]+"
    r"|\.ssh/(?!config$|known_hosts|authorized_keys|.*\.pub$)[^/]+|\.config/gh/hosts\.yml"
    r"|\.config/gcloud/[^/]*credentials[^/]*|\.password-store/.+)$"
)


def is_secret_file(path_or_uri: str) -> bool:
    """Whether a path or ``file:`` URI names a file that holds secrets, by its name alone."""
    path_or_uri = path_or_uri[-_MAX_PATH:]
    scheme, colon, rest = path_or_uri.partition("://")
    path = unquote(re.split(r"[?#]", rest, maxsplit=1)[0]) if colon and scheme.isalnum() else path_or_uri
    path = path.replace("\\", "/").rstrip("/").lower()
    return bool(_SECRET_NAME.fullmatch(path.rpartition("/")[2]) or _SECRET_PLACE.search(path))
