"""The words that name a tag: languages, fields of the work, and the life beside it.

Invariant: data only, ``tag: phrase; phrase`` in the language of ``core.phrases``, the single words first.
Words are in lower case, but for names that are ordinary words too and count with their capital only
(``Go``). ``.py`` is a file's extension, ``0`` any number.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.pattern_table import named

_WORK: Final = """
python: python/pip/pypi/pytest/django/flask/fastapi/numpy/pandas/asyncio/virtualenv/venv/pyproject/
    cpython/ruff/pypy/conda/mypy/pyright/tox/.py/.pyi/.pyx/.ipynb/requirements.txt/setup.py/
    pyproject.toml/py
javascript: javascript/nodejs/node.js/npm/npx/yarn/pnpm/deno/eslint/webpack/jquery/ecmascript/.js/.jsx/
    .mjs/.cjs/package.json/js
typescript: typescript/tsc/tsconfig/tsx/.ts/.tsx/.mts/tsconfig.json/ts
rust: rust/cargo/rustc/rustup/clippy/rustfmt/tokio/serde/crate/.rs/cargo.toml/cargo.lock; borrow checker
go: golang/goroutine/gofmt/gopls/Go/.go/go.mod/go.sum; go test/build/vet/generate/mod/modules/routine
java: java/jvm/maven/gradle/junit/openjdk/.java/pom.xml/build.gradle
kotlin: kotlin/.kt/.kts
swift: swiftui/xcode/swiftpm/Swift/.swift
ruby: ruby/rubygems/rubocop/rspec/rails/bundler/.rb/gemfile/rakefile
php: php/laravel/symfony/phpunit/.php/composer.json
c: .c; in c $; c compiler/code/library/header
cpp: c++/cpp/cmake/.cpp/.cc/.cxx/.hpp/cmakelists.txt
csharp: c#/csharp/dotnet/.net/nuget/.cs/.csproj
haskell: haskell/ghc/cabal/.hs
elixir: elixir/phoenix/.ex/.exs
scala: scala/sbt/.scala
lua: lua/luajit/.lua
shell: bash/zsh/shellcheck/.sh/.bash/.zsh/.fish; shell script/scripts/function; fish shell
sql: sql/.sql; window functions/function; left/inner/outer join
html: html/.html/.htm
css: css/flexbox/tailwind/sass/scss/stylesheet/.css/.scss/.sass/.less; css grid
testing: test/testing/tested/tests/unittest/testcase/fixture/mock/mocks/coverage/assertion/assertionerror/
    pytest/jest/vitest/junit/rspec/spec/e2e/testsuite; snapshot test; test suite/case/run/file; mock/stub
    the/a
flaky: flaky/flake/flakes/flakiness/intermittent/intermittently; fails randomly/sometimes
git: git/github/gitlab/gitignore/.gitignore/.gitattributes/rebase/rebasing/rebased/reflog/bisect/
    submodule/worktree/revert/gitea; cherry pick; merge conflict/commit/branch/base; force push; ^ merge
    branch/remote/tag; last/first/previous/initial/my/the/this commit; merge and rebase; commit message/
    history
ci: ci/cd/jenkins/circleci/buildkite/.gitlab-ci.yml; github actions; gitlab runner; nightly job/run/build;
    build/ci pipeline
docker: docker/dockerfile/podman/docker-compose/docker-compose.yml/containerd/dockerignore/.dockerignore
kubernetes: kubernetes/k8s/kubectl/helm/kustomize/minikube/ingress; deployment apps
cloud: aws/s3/gcp/azure/terraform/cloudflare/serverless/ec2; lambda function
database: database/databases/db/postgres/postgresql/mysql/mariadb/sqlite/sqlite3/mongodb/redis/dynamodb/
    psql; migration ~ table; table migration
migration: migration/migrations/migrate/migrated/migrating/alembic/flyway
auth: auth/authentication/authenticate/authorization/authorisation/oauth/oauth2/oidc/jwt/login/logins/
    signin/sso/saml/2fa/mfa/passkey; log out/in the/a/user/users/session; access/refresh/bearer token
security: security/cve/vulnerability/vulnerabilities/xss/csrf/exploit/injection/sandboxing/encryption/
    encrypt/decrypt/tls/pentest; rotate/rotating ~ key/keys/secrets; sql injection; sanitize/sanitise
performance: performance/perf/benchmark/benchmarking/latency/throughput/slow/slower/slowest/slowdown/
    faster/fastest/speedup/profiling/profiler/optimize/optimise/optimization/optimisation/bottleneck/p95/
    p99/p50/quadratic; speed up; speeds up; hot path
refactoring: refactor/refactoring/refactored/refactors/restructure/decouple; dead code; technical debt;
    tech debt
docs: docs/doc/documentation/readme/readme.md/changelog/changelog.md/docstring/sphinx/mkdocs/.md/.rst
deploy: deploy/deploys/deployed/deploying/deployment/deployments/rollout/rollback/canary; rolled out/back;
    to/in prod/production
release: release/released/releasing/releases/prerelease; ship/shipped/shipping 0/it/version/the/v; v1/v2/
    v3 release; bump version; version bump; release candidate
build: build/builds/building/compile/compiles/compiling/compiled/compiler/linker/makefile/bazel/ninja/
    webpack
lint: lint/linter/linting/linters/eslint/ruff/flake8/pylint/rubocop/clippy/shellcheck/prettier/gofmt/
    rustfmt
types: mypy/pyright/typechecker/typecheck/typechecking; type/static checker/checking/check/hint/hints/
    annotation/annotations/error/errors/inference/safety; types check
dependencies: dependency/dependencies/deps/dep/dependabot/renovate/lockfile/package-lock.json/yarn.lock/
    poetry.lock/uv.lock/vendored; bump/upgrade ~ to 0
api: api/apis/graphql/grpc/endpoint/openapi/swagger/webhook
frontend: frontend/ui/ux/react.js/vue/vuejs/angular/svelte/React/nextjs/next.js/.vue/.svelte/storybook/
    sidebar; front end; button component
ml: ml/pytorch/tensorflow/keras/sklearn/llm/llms/gpu/gpus/cuda/embeddings/huggingface/xgboost; machine/
    deep learning; neural network/networks/net; train/training/retrain ~ model/classifier/network;
    training loss/run/data; val loss/acc
data: etl/dataset/dataframe/parquet/csv/.csv/.parquet/spark/airflow; data pipeline/frame/set/science/
    warehouse
bug: bug/bugs/bugfix/hotfix/regression/regressions
debugging: debug/debugger/debugging/breakpoint/gdb/lldb/pdb/stacktrace/traceback; stack trace
review: pr/prs/reviewer/reviewers; pull/merge request/requests; code review/reviews; review comment/
    comments; review the/a/my/this/our
cli: cli/argparse/subcommand; command line; add/new ~ flag
config: config/configs/configuration/settings/.env/dotenv/.ini/config.toml/config.yaml/config.yml/
    config.json
logging: logging/logger/log/logs/logged/syslog/loglevel
cache: cache/cached/caching/caches/memoize/memoise/memoization/lru
concurrency: concurrency/concurrent/mutex/deadlock/deadlocks/threading/multithreading/semaphore/async/
    await; race condition/conditions; thread safe/safety; data race
memory: memory/oom/malloc/heap; memory leak; garbage collector/collection
network: network/networking/tcp/udp/dns/proxy/socket/sockets/websocket/websockets/firewall/http/vpn;
    connection reset/refused/timeout
regex: regex/regexp/regexes; regular expression/expressions
unicode: unicode/utf/utf8/utf16/utf-8/utf-16/emoji; surrogate pair/pairs; grapheme cluster/clusters
time: timezone/timezones/utc/dst/datetime/timestamp/timestamps; time zone/zones; daylight saving; leap
    year/second
accessibility: accessibility/a11y/aria; screen reader/readers
mobile: ios/android/flutter; react native; mobile app
windows: win32/powershell/.ps1; on/windows windows/10/11
linux: linux/ubuntu/debian/systemd/fedora
macos: macos/homebrew
"""

_LIFE: Final = """
travel: trip/trips/travel/travelling/traveling/vacation/flight/flights/airport/hotel/passport/beach/
    itinerary/sightseeing/backpacking/mykonos/crete/santorini/cancun; island hopping; road trip; booked
    flights; going abroad; flying/travelling/traveling to
greece: greece/greek/mykonos/crete/athens/santorini
mexico: mexico/mexican/cancun/oaxaca/yucatan
food: cook/cooking/dinner/breakfast/sourdough/bread/pizza/restaurant/restaurants/baking/lasagna/salad/
    cheese/curry/noodles/chocolate/soup/pasta/cake/sushi/burger; recipe for
coffee: coffee/espresso/cappuccino/latte
weather: weather/raining/rain/rainy/snow/snowing/sunny/thunderstorm/heatwave; so/too/really hot/cold ~
    here/outside/today
weekend: weekend/weekends
music: guitar/piano/violin/concert/concerts/orchestra/choir/playlist/music/drums
sports: football/soccer/basketball/tennis/marathon/gym/yoga/hockey/baseball/cricket/climbing/cycling/
    swimming; went/go/going for a run/swim; the match/game last/tonight
pets: cats/dogs/puppy/kitten/hamster/parrot/pets; my/our/your/a/the/her/his cat/dog
family: daughter/son/wife/husband/kids/baby/grandma/grandpa/grandmother/grandfather/mom/mum/dad/sister/
    brother/niece/nephew; my family; my parents
movies: movie/movies/cinema/netflix; tv show/series
games: videogame/videogames/playstation/nintendo/xbox/chess; board/video/computer/card game/games
books: novel/novels/bookshop/bookstore; reading/read ~ book/novel
health: doctor/dentist/headache/fever/flu/therapist/insomnia
holiday: christmas/easter/thanksgiving/halloween/hanukkah/diwali/ramadan; new years/year eve
"""

_NOT_TAGS: Final = """
release profile/build/mode; 0 ml; test drive; from/my/your memory; dead letter; pet peeve/project; login
shell; logging/log/logs/logged off/out; for the record; bug me/you/him/them; log cabin; dog food/fooding;
hot dog; slow day/morning/week/down; windows open; build up/muscle; test the waters; network with; son of;
mock exam
"""

WORK: Final = named(_WORK)
LIFE: Final = named(_LIFE)
NOT_TAGS: Final = _NOT_TAGS.replace("\n", " ")
"""Phrases whose words mean something else there: a ``release profile`` is no release."""
