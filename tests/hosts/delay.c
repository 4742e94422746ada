/* A cable that takes time: two interfaces in two network namespaces, each frame handed over after so
   many microseconds. For kernels without netem. Arguments: namespace, interface, twice; delay. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { WAITING = 16384, LONGEST = 2048 };
static struct { int64_t due_ns; int to; ssize_t length; char frame[LONGEST]; } queue[WAITING];

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int interface(const char *space, const char *name)
{
    char path[256];
    struct ifreq asked = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    snprintf(path, sizeof path, "/var/run/netns/%s", space);
    int there = open(path, O_RDONLY), device;
    if (there < 0 || setns(there, CLONE_NEWNET) || (device = open("/dev/net/tun", O_RDWR)) < 0)
        return perror(space), exit(1), 0;
    strncpy(asked.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(device, TUNSETIFF, &asked))
        return perror(name), exit(1), 0;
    fcntl(device, F_SETFL, O_NONBLOCK);
    return device;
}

int main(int count, char **words)
{
    if (count != 6)
        return 2;
    struct pollfd ends[2] = {
        { .fd = interface(words[1], words[2]), .events = POLLIN },
        { .fd = interface(words[3], words[4]), .events = POLLIN },
    };
    int64_t delay_ns = atoll(words[5]) * 1000;
    unsigned first = 0, next = 0;
    /* Before all else on a busy machine; without the right to it, the cable is a little longer. */
    sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 });
    puts("ready");
    fflush(stdout);
    for (;;) {
        int64_t left = first == next ? 1000000000 : queue[first % WAITING].due_ns - now_ns();
        struct timespec wait = { 0, left < 0 ? 0 : left > 999999999 ? 999999999 : left };
        if (ppoll(ends, 2, &wait, NULL) < 0 && errno != EINTR)
            return perror("poll"), 1;
        for (int end = 0; end < 2; end++)
            while (next - first < WAITING) {
                unsigned place = next % WAITING;
                queue[place].length = read(ends[end].fd, queue[place].frame, LONGEST);
                if (queue[place].length <= 0)
                    break;
                queue[place].due_ns = now_ns() + delay_ns;
                queue[place].to = ends[!end].fd;
                next++;
            }
        for (; first != next && queue[first % WAITING].due_ns <= now_ns(); first++) {
            unsigned place = first % WAITING;
            /* A frame that finds no room is lost, as on a cable. */
            if (write(queue[place].to, queue[place].frame, (size_t)queue[place].length) < 0)
                continue;
        }
    }
}
