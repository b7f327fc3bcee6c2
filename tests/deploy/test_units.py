"""The units and the proxy example: the sandbox is whole, the commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotline.cli import COMMANDS
from hotline.settings import Settings
from webhooks.app import LARGEST

FOLDER = Path(__file__).parents[2] / "deploy"
SERVICES = sorted(FOLDER.glob("*.service"))
PROGRAM = "/opt/hotline/.venv/bin/hotline"
SANDBOX = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "PrivateDevices": "yes", "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes", "RestrictNamespaces": "yes", "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes", "CapabilityBoundingSet": "", "ReadWritePaths": "/srv/hotline",
    "User": "hotline", "UMask": "0077", "LimitCORE": "0",
}  # fmt: skip


def said(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_service_has_the_whole_sandbox_and_a_command_that_exists(path: Path) -> None:
    unit = said(path)
    assert {key: unit.get(key) for key in SANDBOX} == SANDBOX
    program, command = unit["ExecStart"].split()[:2]
    assert program == PROGRAM
    assert command in COMMANDS
    assert unit["Restart"] == "always"


def test_the_target_starts_both_lanes_and_the_web() -> None:
    wanted = said(FOLDER / "hotline.target")["Wants"].split()
    assert wanted == [
        "hotline-web.service", "hotline-worker@urgent.service", "hotline-worker@rest.service",
    ]  # fmt: skip


def test_every_setting_of_the_example_is_one() -> None:
    known = {field.alias for field in Settings.model_fields.values()}
    assert set(said(FOLDER / "hotline.env.example")) <= known


def test_the_proxy_takes_a_little_more_than_the_hotline_and_keeps_no_log() -> None:
    text = (FOLDER / "nginx.conf.example").read_text()
    (size,) = re.findall(r"client_max_body_size (\d+)k;", text)
    assert LARGEST < int(size) * 1024 <= 2 * LARGEST
    assert "access_log off;" in text
    assert "X-Forwarded-For $remote_addr;" in text, "what a client claims is not passed on"


def test_every_file_is_in_the_charter() -> None:
    charter = (FOLDER / "README.md").read_text()
    for path in FOLDER.iterdir():
        assert path.name == "README.md" or f"`{path.name}`" in charter
