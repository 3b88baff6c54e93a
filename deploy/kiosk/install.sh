#!/usr/bin/env bash
# Makes a kiosk of this computer, or undoes that. It says what it will do, and asks before it does anything.
#   sudo deploy/kiosk/install.sh [--undo] [--yes] [--port N] [--root FOLDER]
# --root writes below a folder and touches nothing else: to see what would be written, or for an image.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "$0")")
app=$(readlink -f -- "$here/../..")
units=(seewhy.service seewhy-screen.service seewhy-alive.service seewhy-alive.timer seewhy-night.service seewhy-night.timer)
# cage does not start without xwayland, and some kernels have no other sandbox for chromium; Debian only recommends both.
# udev brings the groups of screens and touch screens; unattended-upgrades keeps Chromium and the rest of Debian safe.
packages=(cage xwayland chromium chromium-sandbox curl udev unattended-upgrades)
enabled=(seewhy.service seewhy-screen.service seewhy-alive.timer seewhy-night.timer)
undo='' yes='' root='' port=7860

while (($#)); do
    case $1 in
        --undo) undo=1 ;;
        --yes) yes=1 ;;
        --port) port=${2:?--port needs a number}; shift ;;
        --root) root=${2:?--root needs a folder}; shift ;;
        *) sed -n '2,4s/^# *//p' "$0"; exit 2 ;;
    esac
    shift
done
if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((10#$port < 1024 || 10#$port > 65535)); then
    echo "--port can't be '$port': take a number from 1024 to 65535." >&2
    exit 2
fi
if [[ -z $root && $EUID -ne 0 ]]; then
    echo "Run this with sudo, or try it with --root FOLDER." >&2
    exit 1
fi

unit_folder=$root/etc/systemd/system
policy=$root/etc/chromium/policies/managed/seewhy.json
upgrades=$root/etc/apt/apt.conf.d/52seewhy
reboot_keys=$unit_folder/ctrl-alt-del.target
own=$root/etc/seewhy

say() { printf '%s\n' "$@"; }

confirm() {
    [[ -n $yes || -n $root ]] && return
    local answer
    read -r -p "Go on? [y/N] " answer
    [[ $answer == [yY]* ]] || { say "Nothing was done."; exit 1; }
}

write() { # from to
    install -d -m 755 "$(dirname -- "$2")"
    # What stands for the folder may hold any sign that sed would read.
    local text
    text=$(<"$1")
    text=${text//@APP@/$app}
    printf '%s\n' "${text//@PORT@/$port}" >"$2"
    chmod 644 "$2"
}

# What root starts here, and at every start of the computer, nobody else may change: not a file, not a folder above it.
only_roots() {
    local folder=$app other
    other=$(find "$app" ! -type l \( ! -uid 0 -o -perm /022 \) -print -quit)
    while [[ -z $other && $folder != / ]]; do
        folder=$(dirname -- "$folder")
        other=$(find "$folder" -maxdepth 0 \( ! -uid 0 -o -perm /022 ! -perm -1000 \))
    done
    [[ -z $other ]] && return
    say "Others than root may change $other, and with it what root starts. Put the project where only root writes:" \
        "  sudo cp -r --no-preserve=ownership,mode '$app' /opt/seewhy && sudo chmod -R u+X,go-w /opt/seewhy" >&2
    exit 1
}

set_up() {
    [[ -n $root ]] || only_roots
    say "This makes a kiosk of this computer:" \
        "  - install ${packages[*]} with apt-get, and the page's packages into $app/.venv" \
        "  - add the user seewhy-screen, who has no password and sees the screen only" \
        "  - write ${units[*]} to $unit_folder" \
        "  - write $policy: Chromium may use the camera for this page, and open nothing else. It holds for every user" \
        "  - write $upgrades: Debian installs its security updates every night, Chromium's among them, where there is a network" \
        "  - close Ctrl+Alt+Del by $reboot_keys" \
        "  - make $own for your curator.toml and pictures" \
        "  - start the page on port $port and show it on the first screen, now and at every start of the computer" \
        "    (no one can log in on that screen any more; the others stay as they are: Ctrl+Alt+F2)" \
        "The page itself is renewed by you: a new version of the project in $app, and this once more." \
        "To undo it: deploy/kiosk/install.sh --undo"
    confirm
    if [[ -z $root ]]; then
        apt-get update || true # one source of several that fails is no reason to stop: the install tells
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"
        "$app/scripts/run" --help >/dev/null
        # The page runs as a user of its own, who sees no folder that only its owner may enter.
        (cd / && runuser -u nobody -- "$app/.venv/bin/python" "$app/app.py" --help >/dev/null 2>&1) || {
            say "Others than root can't start $app/app.py: put the project where all may read it, such as /opt/seewhy." >&2
            exit 1
        }
        id seewhy-screen >/dev/null 2>&1 ||
            useradd --system --create-home --shell /usr/sbin/nologin --groups video,render,input seewhy-screen
    fi
    local unit
    for unit in "${units[@]}"; do write "$here/$unit" "$unit_folder/$unit"; done
    write "$here/policy.json" "$policy"
    write "$here/upgrades.conf" "$upgrades"
    ln -sf /dev/null "$reboot_keys"
    install -d -m 755 "$own"
    [[ -e $own/curator.toml ]] || install -m 644 "$app/docs/curator.toml" "$own/curator.toml"
    [[ -n $root ]] && return
    systemctl daemon-reload
    systemctl enable "${enabled[@]}"
    # Restarted and not only started, since this may be a new version, or another port. The screen waits for the page.
    # It returns when the page serves, or has ended: whether it answers is told below.
    systemctl restart seewhy.service || true
    systemctl restart --no-block "${enabled[@]:1}"
    if ! curl --silent --output /dev/null --retry 60 --retry-delay 2 --retry-all-errors "http://127.0.0.1:$port/"; then
        say "The page does not answer; its log tells why: journalctl --unit seewhy" >&2
        exit 1
    fi
    say "The page runs, and the screen will show it in a moment."
}

take_down() {
    say "This undoes the kiosk:" \
        "  - stop and remove ${units[*]}" \
        "  - remove $policy, $upgrades, $reboot_keys and the user seewhy-screen" \
        "It leaves $own with your choices, $app, and the packages of apt-get."
    confirm
    [[ -n $root ]] || systemctl disable --now "${enabled[@]}" || true
    local unit
    for unit in "${units[@]}"; do rm -f -- "$unit_folder/$unit"; done
    rm -f -- "$policy" "$upgrades" "$reboot_keys"
    [[ -n $root ]] && return
    systemctl daemon-reload
    rm -rf /var/cache/private/seewhy /var/cache/seewhy
    systemctl reset-failed "${units[@]}" 2>/dev/null || true
    if id seewhy-screen >/dev/null 2>&1; then
        # Its session outlives the screen for some seconds, and a user who still has one can't be removed.
        systemctl stop "user-$(id -u seewhy-screen).slice"
        userdel --remove seewhy-screen 2>/dev/null
    fi
    systemctl start --no-block getty.target # with it the login on the first screen
    say "The kiosk is undone."
}

if [[ -n $undo ]]; then take_down; else set_up; fi
