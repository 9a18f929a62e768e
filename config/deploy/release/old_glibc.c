/* What Debian 12's C++ library and RocksDB, as compiled there, ask of a glibc that is newer than 2.28. linker.sh links it
   in, so that nothing of it is asked of the machine. */
#include <stdint.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OURS __attribute__((visibility("hidden")))

/* 2.32: whether only one thread runs; 0 is "perhaps more", which is always right. */
OURS char __libc_single_threaded = 0;

/* 2.30 */
OURS int gettid(void) {
    return (int)syscall(SYS_gettid);
}

/* 2.36 */
OURS uint32_t arc4random(void) {
    uint32_t number;
    while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
    }
    return number;
}
