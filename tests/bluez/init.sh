#!/bin/busybox sh
# First process of the guest: the host's files under a layer of memory, the system bus, bluetoothd,
# then /command in there. Whatever goes wrong ends in a line `GUEST-EXIT n`.
/bin/busybox mkdir -p /proc /sys /dev /host /layer /root
/bin/busybox --install -s /bin
export PATH=/bin LC_ALL=C.UTF-8

leave() {
    echo "GUEST-EXIT $1"
    poweroff -f
}

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
echo GUEST-UP
while read -r module; do
    insmod "$module" || leave 90
done < /modules

# Nothing writes to the host's files while the guest is up, so its caches need not ask again.
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro hostroot /host || leave 91
mount -t tmpfs tmpfs /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root || leave 92
for each in proc sys dev; do mount -o bind "/$each" "/root/$each"; done
mkdir -p /root/dev/pts
mount -t devpts devpts /root/dev/pts
for each in run var/lib/bluetooth; do
    mkdir -p "/root/$each"
    mount -t tmpfs tmpfs "/root/$each"
done
mkdir -p /root/run/dbus /root/run/home
ip link set lo up

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run/home
chroot /root dbus-daemon --system --fork || leave 93
chroot /root /bin/sh -c 'exec "$(cat)" --nodetach' < /bluetoothd &
chroot /root /bin/sh -c "$(cat /command)"
leave $?
