# The set-up that scripts/run and scripts/test share. Sourced: it defines functions and does nothing by itself.

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
venv=$root/.venv
python=$venv/bin/python

say() { printf 'SeeWhy: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The whole set-up for KIND (run or test). Costs a few milliseconds when nothing changed.
set_up() {
    if ready "$1"; then return; fi
    (
        # The folder itself is the lock: no lock file is left over, and a pip that outlives a killed script
        # inherits the lock and keeps it until it is done.
        if command -v flock >/dev/null && ! flock -n 9 2>/dev/null; then
            say "waiting for another set-up of this folder to finish."
            flock 9 || true
        fi
        if ! ready "$1"; then install "$1"; fi
    ) 9<"$root"
}

install() {
    [ -w "$root" ] || fail "no right to write to $root; copy the project to a folder of your own and start this again."
    TORCH_INDEX=$(torch_index) # before .venv, which keeps it, may be deleted
    export TORCH_INDEX
    if ! reusable; then make_venv "$1"; fi
    printf '%s' "$TORCH_INDEX" >"$venv/.torch-index"
    say "installing the Python packages into .venv; the first time this takes some minutes and gigabytes."
    # The stamps come back as the very last step, so an install that was cut short counts as none.
    rm -f -- "$venv"/.ready-*
    local more=()
    if [ "$1" = test ]; then more=(dev); fi
    # What pip downloads lies beside what it installs: /tmp is often a small piece of the memory.
    mkdir -p -- "$venv/tmp"
    TMPDIR=$venv/tmp "$root/scripts/packages" "$python" ${more[@]+"${more[@]}"} ||
        fail "the Python packages could not be installed (pip's reason is above); check the network and the disk, then start this again."
    rm -rf -- "$venv/tmp"
    stamp "$1"
}

# Where torch comes from; empty for where all else does, which on Linux is the build for NVIDIA's cards. It is chosen
# when .venv is made and kept there, so that a later start needs no TORCH_INDEX; another one makes .venv anew.
torch_index() { printf '%s' "${TORCH_INDEX-$(kept_index)}"; }
kept_index() { cat -- "$venv/.torch-index" 2>/dev/null || true; }
same_index() { [ "$(torch_index)" = "$(kept_index)" ]; }

# What the tests need includes what the page needs.
stamp() {
    fingerprint run >"$venv/.ready-run"
    if [ "$1" = test ]; then fingerprint test >"$venv/.ready-test"; fi
}

lists() {
    echo constraints.txt constraints-torch.txt
    if [ "$1" = test ]; then echo constraints-cluster.txt constraints-dev.txt; fi
}

ready() {
    local now
    same_index && now=$(fingerprint "$1") && [ "$now" = "$(cat -- "$venv/.ready-$1" 2>/dev/null)" ]
}

# A finished environment, made here and for the same Python: only its packages need another look.
reusable() {
    local here
    same_index && here=$(place) && grep -qsF -- "$here" "$venv"/.ready-*
}

# A virtual environment holds absolute paths and one Python's packages: neither survives a move or a new Python.
place() {
    "$python" -I -c 'import sys; print(sys.prefix, "Python %d.%d" % sys.version_info[:2])' 2>/dev/null
}

# One line that changes when a set-up for KIND has to be done again.
fingerprint() {
    local here
    here=$(place) || return
    # shellcheck disable=SC2046  # the names of our own lists: no spaces
    (cd -- "$root" && echo "$here $(cat -- $(lists "$1") | cksum)")
}

# A new environment for KIND.
make_venv() {
    local base
    base=$(find_python)
    # Debian keeps the part of venv that brings pip in a package of its own.
    if ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "python$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    rm -rf -- "$venv"
    need_room "$1" "$base"
    "$base" -m venv "$venv" || fail "Python could not make a virtual environment in $venv (its reason is above)."
}

# What a set-up for KIND takes on the disk, in MB: what stays, and what pip downloads beside it. Measured; `cards` is
# torch with NVIDIA's libraries, `plain` without them.
megabytes() {
    case "$1 $2" in
        "run cards") echo 6600 3300 ;;
        "test cards") echo 7800 3700 ;;
        "run plain") echo 1800 500 ;;
        "test plain") echo 3000 900 ;;
    esac
}

gigabytes() { echo "$(($1 / 1000)).$(($1 % 1000 / 100)) GB"; }

# Refuses before anything is downloaded. Of KIND, asked with the Python BASE, after an old .venv is gone.
need_room() {
    local build=plain free stays comes less=""
    # Only Linux has a build for NVIDIA's cards.
    if [ -z "$TORCH_INDEX" ] && [ "$("$2" -c 'import sys; print(sys.platform)')" = linux ]; then build=cards; fi
    read -r stays comes <<<"$(megabytes "$1" "$build")"
    free=$("$2" -c 'import shutil, sys; print(shutil.disk_usage(sys.argv[1]).free // 1000000)' "$root")
    # A second copy of what is downloaded, in pip's cache, only where there is room for it.
    if [ "$free" -lt $((stays + 2 * comes)) ]; then export PIP_NO_CACHE_DIR=1; fi
    if [ "$free" -ge $((stays + comes)) ]; then return; fi
    if [ "$build" = cards ]; then
        local small
        read -r small less <<<"$(megabytes "$1" plain)"
        less=", or set TORCH_INDEX as README.md says: without NVIDIA's libraries it takes $(gigabytes $((small + less)))"
    fi
    fail "the set-up takes $(gigabytes $((stays + comes))) on the disk of $root, and $(gigabytes "$free") are free; make room$less."
}

# 3.11: the exact set in constraints.txt has no packages for older ones.
find_python() {
    local name candidate
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        # All of that name: where .venv is activated it comes first, and is deleted before a new one is made.
        while read -r candidate; do
            # Asked, not trusted by its name: a version manager's stand-in has the name and only prints an error.
            if "$candidate" -c 'import os, sys
sys.exit(sys.version_info < (3, 11) or os.path.realpath(sys.prefix) == sys.argv[1])' "$venv" >/dev/null 2>&1 </dev/null
            then
                echo "$candidate"
                return
            fi
        done < <(type -aP "$name")
    done
    fail "Python 3.11 or newer is needed and was not found; install it (on Debian: sudo apt-get install python3 python3-venv) and start this again."
}

# Debian's PACKAGE, whose program the tests start at PATH.
need() {
    if [ ! -x "$2" ]; then apt_install "$1"; fi
    [ -x "$2" ] || fail "the tests need $2, and Debian's package $1 did not bring it."
}

apt_install() {
    local package=$1 rights=() log
    command -v apt-get >/dev/null ||
        fail "$package is missing, and this machine has no apt-get to install it with; install it by hand and start this again."
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null ||
            fail "$package is missing, and there is no right to install it; run 'sudo apt-get install $package' once and start this again."
        rights=(sudo -n)
    fi
    say "installing Debian's package $package."
    # An update that fails for one of several sources is no reason to stop: the install tells.
    # 9<&-: what a package starts must not inherit the lock.
    log=$(
        exec 2>&1 9<&-
        "${rights[@]}" apt-get update -qq || true
        "${rights[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq --yes --no-install-recommends -o DPkg::Lock::Timeout=600 "$package"
    ) || {
        printf '%s\n' "$log" | tail -n 5 >&2
        fail "Debian's package $package could not be installed (apt-get's reason is above)."
    }
}
