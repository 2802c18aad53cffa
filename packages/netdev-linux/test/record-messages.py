#!/usr/bin/env python3
"""Records what the running kernel says over rtnetlink, for the tests of the codec.

    cd packages/netdev-linux/test
    node ../../../scripts/sandbox.mjs python3 record-messages.py > recorded/rtnetlink.json

Needs iproute2. Each recording has the request, the datagrams that came back (hex), and where there is one the reading
of iproute2 (`ip -json`), which the tests compare the codec's with.
"""

import json
import os
import platform
import socket
import struct
import subprocess
import sys

NETLINK_ROUTE, SOL_NETLINK = 0, 270
ADD_MEMBERSHIP, CAP_ACK, EXT_ACK, GET_STRICT_CHK = 1, 10, 11, 12
REQUEST, ACK, DUMP, EXCL, CREATE = 0x1, 0x4, 0x300, 0x200, 0x400
NEWLINK, GETLINK, SETLINK, NEWADDR, GETADDR, NEWROUTE, GETROUTE, GETNEIGH = 16, 18, 19, 20, 22, 24, 26, 30
AF_BRIDGE = 7
NESTED = 0x8000


def sh(script):
    for line in script.strip().splitlines():
        subprocess.run(line.strip(), shell=True, check=True, stdout=subprocess.DEVNULL)


def route_socket(options=(EXT_ACK, GET_STRICT_CHK), groups=()):
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
    sock.bind((0, 0))
    sock.settimeout(5)
    for option in options:
        sock.setsockopt(SOL_NETLINK, option, 1)
    for group in groups:
        sock.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
    return sock


def message(kind, flags, payload, sequence=1):
    return struct.pack('=IHHII', 16 + len(payload), kind, flags, sequence, 0) + payload


def attribute(kind, value):
    length = 4 + len(value)
    return struct.pack('=HH', length, kind) + value + bytes(-length % 4)


def link(*attributes, index=0, flags=0, change=0):
    return struct.pack('=BxHiII', 0, 0, index, flags, change) + b''.join(attributes)


def kind_of(name, *data):
    info = attribute(1, name)
    if data:
        info += attribute(2 | NESTED, b''.join(data))
    return attribute(18 | NESTED, info)


def exchange(request, size=65536, options=(EXT_ACK, GET_STRICT_CHK), between=None):
    """Sends a request and reads until its acknowledgement or the end of its dump."""
    sock = route_socket(options)
    sock.send(request)
    datagrams = []
    while True:
        datagram = sock.recv(size)
        datagrams.append(datagram)
        offset = 0
        while offset < len(datagram):
            length, kind = struct.unpack_from('=IH', datagram, offset)
            if kind in (2, 3):
                sock.close()
                return {'request': request.hex(), 'datagrams': [each.hex() for each in datagrams]}
            offset += (length + 3) & ~3
        if between is not None:
            between()
            between = None


def reading(command):
    return json.loads(subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout)


if os.environ.get('NETDEV_SANDBOX') != '1':
    sys.exit('This makes devices, so it runs in the sandbox only; see the first lines of this file.')

sh('''
ip link set lo up
ip link add br0 type bridge forward_delay 400 ageing_time 12345 stp_state 1 priority 4096
ip link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 alias 'a text for people' master br0
ip link property add dev v0 altname first-other-name altname second-other-name-longer-than-fifteen
ip link set v0 type bridge_slave hairpin on cost 17
ip tuntap add tap0 mode tap user 1000 group 1001 multi_queue
ip tuntap add tun0 mode tun
ip link add vx0 type vxlan id 42 local 192.0.2.1 dstport 4789 ttl 9
ip link add mv0 link v1 type macvlan mode bridge
ip link add mt0 link v1 type macvtap mode vepa
ip netns add other
ip link add v2 type veth peer name v3 netns other
ip link set br0 up
ip link set v0 up
ip link set v1 up promisc on
ip link set mv0 up
ip addr add 192.0.2.10/24 brd + dev v1
ip addr add 192.0.2.11/24 brd + dev v1 label v1:second
ip addr add 198.51.100.1/32 peer 198.51.100.2/32 dev v1
ip addr add 169.254.7.7/16 dev v1 scope link
ip addr add 203.0.113.1/25 dev mv0 valid_lft 3000 preferred_lft 2000
ip addr add 2001:db8::1/64 dev v1 nodad
ip addr add 2001:db8:0:1::1/64 dev mv0 valid_lft 3000 preferred_lft 2000 nodad
ip route add default via 192.0.2.1 metric 50 src 192.0.2.11
ip route add 10.0.0.0/8 via 192.0.2.2 proto static mtu lock 1300 advmss 1200
ip route add 10.1.0.0/16 via 172.16.0.1 dev v1 onlink proto dhcp
ip route add 10.2.0.0/16 nexthop via 192.0.2.3 dev v1 weight 3 nexthop via 192.0.2.4 dev v1 weight 256
ip route add 10.3.0.0/16 via inet6 2001:db8::9 dev v1
ip route add 10.4.0.0/16 dev v1 table 70000
ip route add blackhole 10.5.0.0/16
ip route add unreachable 10.6.0.0/16 metric 7
ip -6 route add default via 2001:db8::99 dev v1 metric 2048
ip -6 route add 2001:db8:1::/48 via 2001:db8::2 dev v1 expires 900
ip -6 route add 2001:db8:2::/48 nexthop via 2001:db8::3 dev v1 nexthop via 2001:db8::4 dev v1
ip -6 route add prohibit 2001:db8:3::/48
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:22 dev v1 nud permanent
ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:33 dev v1 nud stale
ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:22 dev v1 nud permanent router
ip neigh add 192.0.2.9 dev v1 nud failed
bridge fdb add 02:00:00:00:00:77 dev v0 master static
''')

address_header = struct.pack('=BBBBI', 0, 0, 0, 0, 0)
route_header = struct.pack('=BBBBBBBBI', 0, 0, 0, 0, 0, 0, 0, 0, 0)
neighbour_header = struct.pack('=BxxxiHBB', 0, 0, 0, 0, 0)
bridge_header = struct.pack('=BxxxiHBB', AF_BRIDGE, 0, 0, 0, 0)
v1 = int(open('/proc/thread-self/net/dev_mcast').read().split(' v1')[0].split()[-1])

recordings = {
    'links': {
        **exchange(message(GETLINK, REQUEST | DUMP, link())),
        'iproute2': reading('ip -json -details -statistics link show'),
    },
    'addresses': {
        **exchange(message(GETADDR, REQUEST | DUMP, address_header)),
        'iproute2': reading('ip -json address show'),
    },
    'routes': {
        **exchange(message(GETROUTE, REQUEST | DUMP, route_header)),
        'iproute2': reading('ip -json -details route show table all'),
    },
    'neighbours': {
        **exchange(message(GETNEIGH, REQUEST | DUMP, neighbour_header)),
        'iproute2': reading('ip -json neigh show nud all'),
    },
    'forwarding table': {
        **exchange(message(GETNEIGH, REQUEST | DUMP, bridge_header)),
        'iproute2': reading('bridge -json fdb show'),
    },
    'one link': exchange(message(GETLINK, REQUEST | ACK, link(attribute(3, b'v0\0')))),
    'no such link': exchange(message(GETLINK, REQUEST | ACK, link(attribute(3, b'absent\0')))),
    'exists': exchange(
        message(NEWLINK, REQUEST | ACK | CREATE | EXCL, link(attribute(3, b'br0\0'), kind_of(b'bridge')))
    ),
    'unknown kind': exchange(
        message(NEWLINK, REQUEST | ACK | CREATE | EXCL, link(attribute(3, b'x0\0'), kind_of(b'netdev-nothing')))
    ),
    'vxlan id too large': exchange(
        message(
            NEWLINK,
            REQUEST | ACK | CREATE | EXCL,
            link(attribute(3, b'x1\0'), kind_of(b'vxlan', attribute(1, struct.pack('=I', 1 << 24)))),
        )
    ),
    'mtu too small': exchange(
        message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), attribute(4, struct.pack('=I', 1))))
    ),
    'attribute too short': exchange(
        message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), attribute(4, struct.pack('=H', 1500))))
    ),
    'attribute too short, not capped': exchange(
        message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), attribute(4, struct.pack('=H', 1500)))),
        options=(EXT_ACK,),
    ),
    'attribute too short, capped': exchange(
        message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), attribute(4, struct.pack('=H', 1500)))),
        options=(EXT_ACK, CAP_ACK),
    ),
    'attribute too short, no extended acknowledgement': exchange(
        message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), attribute(4, struct.pack('=H', 1500)))),
        options=(),
    ),
    'gateway out of reach': exchange(
        message(
            NEWROUTE,
            REQUEST | ACK | CREATE,
            struct.pack('=BBBBBBBBI', socket.AF_INET, 32, 0, 0, 254, 3, 0, 1, 0)
            + attribute(1, socket.inet_aton('10.9.9.9'))
            + attribute(5, socket.inet_aton('172.31.0.1')),
        )
    ),
    'dump of a table that is not there': exchange(
        message(
            GETROUTE,
            REQUEST | DUMP,
            struct.pack('=BBBBBBBBI', socket.AF_INET, 0, 0, 0, 99, 0, 0, 0, 0),
        )
    ),
    'done': exchange(message(SETLINK, REQUEST | ACK, link(attribute(3, b'v1\0'), flags=1, change=1))),
    'interrupted dump': exchange(
        message(GETLINK, REQUEST | DUMP, link()),
        size=4096,
        between=lambda: sh('ip link add late type bridge'),
    ),
}

events = route_socket(groups=(1, 3, 5, 7, 9, 11))
sh('''
ip link add e0 type veth peer name e1
ip link set e0 master br0 up
ip link set e1 up
ip addr add 192.0.2.77/28 dev e1
ip route add 10.77.0.0/16 via 192.0.2.78
ip neigh add 192.0.2.79 lladdr 02:00:00:00:00:79 dev e1
ip neigh del 192.0.2.79 dev e1
ip route del 10.77.0.0/16
ip addr del 192.0.2.77/28 dev e1
ip link set e0 nomaster
ip link set e1 netns other
ip link del e0
''')
datagrams = []
events.settimeout(0.5)
try:
    while True:
        datagrams.append(events.recv(65536).hex())
except TimeoutError:
    pass
recordings['events'] = {'datagrams': datagrams}

head = {
    'note': 'Made by test/record-messages.py, which says how.',
    'kernel': f'{platform.system()} {platform.release()} {platform.machine()}',
    'iproute2': subprocess.run(['ip', '-V'], capture_output=True, text=True).stdout.strip(),
    'v1': v1,
}
lines = [f'{json.dumps(name)}: {json.dumps(recording)}' for name, recording in recordings.items()]
print(json.dumps(head)[:-1] + ', "recordings": {\n' + ',\n'.join(lines) + '\n}}')
