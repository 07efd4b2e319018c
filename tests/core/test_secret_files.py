"""Secret files by name, and the ordinary files that look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.commands import is_secret_file

SECRET = """
.env
/a/b/.env
file:///a/b/.env
file:///c%3A/x/.env
C:\\x\\.env
.env.local
.env.production
prod.env
.envrc
id_rsa
/home/a/.ssh/id_ed25519
/home/a/.ssh/deploy
server.pem
tls.key
config/master.key
x.p12
x.pfx
x.kdbx
.npmrc
.pypirc
.netrc
_netrc
.pgpass
.htpasswd
.git-credentials
/home/a/.aws/credentials
credentials.json
/home/a/.docker/config.json
/home/a/.kube/config
kubeconfig
kubeconfig.yaml
secrets.yml
secrets.yaml
secret.json
secrets.prod.yaml
terraform.tfvars
prod.auto.tfvars
terraform.tfstate
service-account.json
gcp-service-account-prod.json
client_secret_123.json
SECRETS.YAML
/home/a/.gnupg/secring
"""
ORDINARY = """
keyboard.py
key.py
keys.ts
env.py
environment.yml
.env.example
.env.sample
.env.template
oauth.py
auth.py
secrets.py
secrets_test.py
test_secrets.yaml.py
secret_santa.md
credentials.py
credentials_test.go
monkey.txt
id_rsa.pub
known_hosts
/home/a/.ssh/config
/home/a/.ssh/known_hosts
/home/a/.ssh/id_ed25519.pub
config.json
app/config.json
kubeconfig.md
vault.md
passwords.md
password_field.tsx
token.rs
tokenizer.json
keynote.txt
README.md
envelope.py
http://example.org/.envelope
"""


@pytest.mark.parametrize("path", SECRET.split("\n")[1:-1])
def test_secret(path: str) -> None:
    assert is_secret_file(path)


@pytest.mark.parametrize("path", ORDINARY.split("\n")[1:-1])
def test_ordinary(path: str) -> None:
    assert not is_secret_file(path)


@given(st.text(max_size=200))
def test_any_text_is_answered(path: str) -> None:
    assert is_secret_file(path) in (True, False)
