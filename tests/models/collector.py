"""Runs a command in a network of its own in which every address is here, and notes who is asked.

``unshare -nm python collector.py NOTES COMMAND...`` answers every look-up with an address of this
network, and writes to NOTES each name that was asked for and each address beyond loopback that a
packet went to, whatever its port: what a program would have reached had there been a real network.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

ALL = socket.ntohs(0x0003)
DNS = 53
SOMEWHERE = "192.0.2.1"
NAMESERVER = "198.51.100.53"


def main(notes: Path, command: list[str]) -> int:
    """Run the command; its exit status."""
    for line in (
        "ip link set lo up",
        "ip route add local default dev lo",
        "ip -6 route add local default dev lo",
    ):
        subprocess.run(line.split(), check=not line.startswith("ip -6"))
    names: list[str] = []
    addresses: set[str] = set()
    done = threading.Event()
    watchers = [
        threading.Thread(target=answer, args=(names, done)),
        threading.Thread(target=watch, args=(addresses, done)),
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as resolver:
        resolver.write(f"nameserver {NAMESERVER}\noptions timeout:1 attempts:1\n")
        resolver.flush()
        subprocess.run(["mount", "--bind", resolver.name, "/etc/resolv.conf"], check=True)
        for each in watchers:
            each.start()
        code = subprocess.run(command, check=False).returncode
        done.set()
        for each in watchers:
            each.join()
    notes.write_text(json.dumps({"names": names, "addresses": sorted(addresses)}))
    return code


def answer(names: list[str], done: threading.Event) -> None:
    """Be the name server that knows every name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("0.0.0.0", DNS))
        server.settimeout(0.2)
        while not done.is_set():
            try:
                query, caller = server.recvfrom(1024)
            except TimeoutError:
                continue
            name, end = asked(query)
            names.append(name)
            is_a = query[end : end + 2] == b"\x00\x01"
            head = (
                query[:2] + b"\x81\x80\x00\x01" + (b"\x00\x01" if is_a else b"\x00\x00") + bytes(4)
            )
            record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(
                SOMEWHERE
            )
            server.sendto(head + query[12 : end + 4] + (record if is_a else b""), caller)


def asked(query: bytes) -> tuple[str, int]:
    """The name in a question, and where it ends."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    return ".".join(labels), at + 1


def watch(addresses: set[str], done: threading.Event) -> None:
    """Note where packets go that leave loopback's own addresses."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, ALL) as sniffer:
        sniffer.settimeout(0.2)
        while not done.is_set():
            try:
                packet, (_, protocol, *_) = sniffer.recvfrom(65535)
            except TimeoutError:
                continue
            if protocol == 0x0800:
                ends = [IPv4Address(packet[12:16]), IPv4Address(packet[16:20])]
            elif protocol == 0x86DD:
                ends = [IPv6Address(packet[8:24]), IPv6Address(packet[24:40])]
            else:
                continue
            addresses.update(str(each) for each in ends if not is_own(each))


def is_own(address: IPv4Address | IPv6Address) -> bool:
    """Whether the kernel itself uses an address on a network with nobody else in it."""
    return address.is_loopback or address.is_unspecified or address.is_multicast


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
