/* Stands between a program and the system (LD_PRELOAD), and fails calls on files below one folder, or records them.
 *
 * SHIM_UNDER    the folder
 * SHIM_FAIL     KIND:FIRST:LAST:ERRNO, calls of a kind that fail, counted from 1
 * SHIM_RANDOM   KIND:PER_MILLION:SEED:ERRNO, any call of a kind fails with that chance; KIND may be `any`
 * SHIM_FULL     while this file exists, nothing can be written: ENOSPC
 * SHIM_COUNTS   gets the number of calls of each kind and of those that failed, when the process ends
 * SHIM_JOURNAL  gets a record of every change that was made, in order, and of what was told on standard output
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN, READ, WRITE, SYNC, TRUNCATE, ALLOCATE, RENAME, LINK, UNLINK, MKDIR, MMAP, KINDS };
static const char *const NAMES[KINDS] = {"open", "read", "write", "sync", "truncate", "allocate",
                                         "rename", "link", "unlink", "mkdir", "mmap"};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char under[PATH_MAX];
static size_t under_len;
static const char *full;
static int fail_kind = -1, fail_errno, random_kind = -1, random_errno, journal = -1;
static long fail_first, fail_last, counts[KINDS], failed;
static uint64_t per_million, dice;

static int kind_of(const char *name, size_t length) {
    for (int kind = 0; kind < KINDS; kind++)
        if (strlen(NAMES[kind]) == length && memcmp(NAMES[kind], name, length) == 0) return kind;
    return length == 3 && memcmp(name, "any", 3) == 0 ? KINDS : -1;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("SHIM_UNDER"), *text;
    if (folder && realpath(folder, under)) under_len = strlen(under);
    full = getenv("SHIM_FULL");
    if ((text = getenv("SHIM_FAIL"))) {
        fail_kind = kind_of(text, strcspn(text, ":"));
        sscanf(text + strcspn(text, ":"), ":%ld:%ld:%d", &fail_first, &fail_last, &fail_errno);
    }
    if ((text = getenv("SHIM_RANDOM"))) {
        random_kind = kind_of(text, strcspn(text, ":"));
        unsigned long chance = 0, seed = 0;
        sscanf(text + strcspn(text, ":"), ":%lu:%lu:%d", &chance, &seed, &random_errno);
        per_million = chance;
        dice = seed;
    }
    if ((text = getenv("SHIM_JOURNAL")))
        journal = (int)syscall(SYS_openat, AT_FDCWD, text, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("SHIM_COUNTS");
    if (!path) return;
    FILE *file = fopen(path, "w");
    if (!file) return;
    for (int kind = 0; kind < KINDS; kind++) fprintf(file, "%s %ld\n", NAMES[kind], counts[kind]);
    fprintf(file, "failed %ld\n", failed);
    fclose(file);
}

static int is_under(const char *path) {
    return under_len && strncmp(path, under, under_len) == 0 && (path[under_len] == '/' || !path[under_len]);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static int fd_is_under(int fd) {
    char path[PATH_MAX];
    return under_len && fd > 2 && path_of(fd, path) && is_under(path);
}

/* The folder of a path, without links in it, and the name there. */
static int split(int at, const char *path, char *folder, char *name) {
    char whole[2 * PATH_MAX], base[PATH_MAX];
    if (!under_len || !path) return 0;
    if (path[0] == '/')
        snprintf(whole, sizeof whole, "%s", path);
    else if (at == AT_FDCWD ? !getcwd(base, sizeof base) : !path_of(at, base))
        return 0;
    else
        snprintf(whole, sizeof whole, "%s/%s", base, path);
    size_t length = strlen(whole);
    while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
    char *slash = strrchr(whole, '/');
    if (!slash) return 0;
    snprintf(name, NAME_MAX + 1, "%s", slash + 1);
    *(slash == whole ? slash + 1 : slash) = 0;
    return realpath(whole, folder) && is_under(folder);
}

/* True when this call is to fail; errno is set then. Holds for calls below the folder only. */
static int fails(enum kind kind, int writes) {
    int error = 0;
    pthread_mutex_lock(&lock);
    long n = ++counts[kind];
    if (fail_kind == (int)kind && n >= fail_first && n <= fail_last) error = fail_errno;
    if (random_kind == (int)kind || random_kind == KINDS) {
        dice += 0x9e3779b97f4a7c15u;
        uint64_t mixed = (dice ^ (dice >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        if ((mixed ^ (mixed >> 31)) % 1000000 < per_million) error = random_errno;
    }
    if (full && writes && syscall(SYS_faccessat, AT_FDCWD, full, F_OK) == 0) error = ENOSPC;
    failed += error != 0;
    pthread_mutex_unlock(&lock);
    errno = error;
    return error;
}

static void put(const void *bytes, size_t n) {
    const char *at = bytes;
    while (n) {
        ssize_t written = syscall(SYS_write, journal, at, n);
        if (written <= 0) abort();
        at += written;
        n -= (size_t)written;
    }
}

static void record(char op, uint64_t a, uint64_t b, const void *one, size_t n_one, const void *two, size_t n_two) {
    uint64_t head[5] = {htole64((uint64_t)op), htole64(a), htole64(b), htole64(n_one), htole64(n_two)};
    put(head, sizeof head);
    put(one, n_one);
    put(two, n_two);
}

static uint64_t inode(const char *path) {
    struct stat about;
    return lstat(path, &about) == 0 ? about.st_ino : 0;
}

static uint64_t inode_at(const char *folder, const char *name) {
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return inode(path);
}

static uint64_t inode_of(int fd, off_t *size) {
    struct stat about;
    if (fstat(fd, &about)) return 0;
    if (size) *size = about.st_size;
    return about.st_ino;
}

#define BEGIN() do { if (journal >= 0) pthread_mutex_lock(&lock); } while (0)
#define END() do { int kept = errno; if (journal >= 0) pthread_mutex_unlock(&lock); errno = kept; } while (0)

static int opened(int at, const char *path, int flags, mode_t mode) {
    char folder[PATH_MAX], name[NAME_MAX + 1];
    if (!split(at, path, folder, name)) return (int)syscall(SYS_openat, at, path, flags, mode);
    int creates = flags & O_CREAT;
    if (fails(OPEN, creates)) return -1;
    BEGIN();
    uint64_t before = journal >= 0 ? inode_at(folder, name) : 0;
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && journal >= 0) {
        if (!before && creates)
            record('C', inode(folder), inode_of(fd, 0), name, strlen(name), "f", 1);
        else if (flags & O_TRUNC)
            record('T', inode_of(fd, 0), 0, 0, 0, 0, 0);
    }
    END();
    return fd;
}

#define MODE() mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE() return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE() return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE() return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE() return opened(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* One write, at an offset or, with -1, where the file stands. */
static ssize_t written(int fd, const void *bytes, size_t n, off_t at) {
    static long turn;
    int is_ours = fd_is_under(fd);
    if (is_ours && fails(WRITE, 1)) {
        /* A disk that fills up takes the first half of what is written. */
        if (errno != ENOSPC || n < 2 || turn++ % 2) return -1;
        n /= 2;
    }
    if (journal < 0 || (!is_ours && fd != 1))
        return at < 0 ? syscall(SYS_write, fd, bytes, n) : syscall(SYS_pwrite64, fd, bytes, n, at);
    BEGIN();
    off_t size = 0, from = at;
    uint64_t node = inode_of(fd, &size);
    if (at < 0) from = fcntl(fd, F_GETFL) & O_APPEND ? size : lseek(fd, 0, SEEK_CUR);
    ssize_t done = at < 0 ? syscall(SYS_write, fd, bytes, n) : syscall(SYS_pwrite64, fd, bytes, n, at);
    if (done > 0) {
        if (is_ours) record('W', node, (uint64_t)from, bytes, (size_t)done, 0, 0);
        else record('A', 0, 0, 0, 0, 0, 0);
    }
    END();
    return done;
}

ssize_t write(int fd, const void *bytes, size_t n) { return written(fd, bytes, n, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) { return written(fd, bytes, n, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) { return written(fd, bytes, n, at); }

static ssize_t gathered(int fd, const struct iovec *parts, int n, off_t at) {
    ssize_t all = 0;
    for (int i = 0; i < n; i++) {
        if (!parts[i].iov_len) continue;
        ssize_t done = written(fd, parts[i].iov_base, parts[i].iov_len, at < 0 ? -1 : at + all);
        if (done < 0) return all ? all : -1;
        all += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return all;
}
ssize_t writev(int fd, const struct iovec *parts, int n) { return gathered(fd, parts, n, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) { return gathered(fd, parts, n, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int n, off64_t at) { return gathered(fd, parts, n, at); }

/* Ways to write that would pass by the ones above: their callers know others. */
ssize_t copy_file_range(int a, off64_t *b, int c, off64_t *d, size_t e, unsigned f) {
    if (fd_is_under(c)) { errno = EXDEV; return -1; }
    return syscall(SYS_copy_file_range, a, b, c, d, e, f);
}
ssize_t sendfile(int to, int from, off_t *at, size_t n) {
    if (fd_is_under(to)) { errno = EINVAL; return -1; }
    return syscall(SYS_sendfile, to, from, at, n);
}
ssize_t sendfile64(int to, int from, off64_t *at, size_t n) { return sendfile(to, from, at, n); }

ssize_t read(int fd, void *bytes, size_t n) {
    if (fd_is_under(fd) && fails(READ, 0)) return -1;
    return syscall(SYS_read, fd, bytes, n);
}
ssize_t pread(int fd, void *bytes, size_t n, off_t at) {
    if (fd_is_under(fd) && fails(READ, 0)) return -1;
    return syscall(SYS_pread64, fd, bytes, n, at);
}
ssize_t pread64(int fd, void *bytes, size_t n, off64_t at) { return pread(fd, bytes, n, at); }

static int synced(int fd, long call) {
    int is_ours = fd_is_under(fd);
    if (is_ours && fails(SYNC, 0)) return -1;
    BEGIN();
    int done = (int)syscall(call, fd);
    if (done == 0 && is_ours && journal >= 0) record('S', inode_of(fd, 0), 0, 0, 0, 0, 0);
    END();
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

static int cut(int fd, off_t size) {
    int is_ours = fd_is_under(fd);
    if (is_ours && fails(TRUNCATE, 0)) return -1;
    BEGIN();
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0 && is_ours && journal >= 0) record('T', inode_of(fd, 0), (uint64_t)size, 0, 0, 0, 0);
    END();
    return done;
}
int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

static int allocated(int fd, int mode, off_t at, off_t n) {
    if (fd_is_under(fd)) {
        if (fails(ALLOCATE, 1)) return -1;
        /* What changes the size or the bytes has no record here. */
        if (journal >= 0 && !(mode & 1)) { errno = EOPNOTSUPP; return -1; }
    }
    return (int)syscall(SYS_fallocate, fd, mode, at, n);
}
int fallocate(int fd, int mode, off_t at, off_t n) { return allocated(fd, mode, at, n); }
int fallocate64(int fd, int mode, off64_t at, off64_t n) { return allocated(fd, mode, at, n); }

static int renamed(int at, const char *from, int to_at, const char *to, unsigned flags) {
    char folder[PATH_MAX], name[NAME_MAX + 1], to_folder[PATH_MAX], to_name[NAME_MAX + 1];
    int is_ours = split(at, from, folder, name) && split(to_at, to, to_folder, to_name);
    if (is_ours && fails(RENAME, 0)) return -1;
    BEGIN();
    int done = (int)syscall(SYS_renameat2, at, from, to_at, to, flags);
    if (done == 0 && is_ours && journal >= 0)
        record('R', inode(folder), inode(to_folder), name, strlen(name), to_name, strlen(to_name));
    END();
    return done;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

int linkat(int at, const char *from, int to_at, const char *to, int flags) {
    char folder[PATH_MAX], name[NAME_MAX + 1];
    int is_ours = split(to_at, to, folder, name);
    if (is_ours && fails(LINK, 1)) return -1;
    BEGIN();
    int done = (int)syscall(SYS_linkat, at, from, to_at, to, flags);
    if (done == 0 && is_ours && journal >= 0)
        record('L', inode(folder), inode_at(folder, name), name, strlen(name), 0, 0);
    END();
    return done;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int at, const char *path, int flags) {
    char folder[PATH_MAX], name[NAME_MAX + 1];
    int is_ours = split(at, path, folder, name);
    if (is_ours && fails(UNLINK, 0)) return -1;
    BEGIN();
    int done = (int)syscall(SYS_unlinkat, at, path, flags);
    if (done == 0 && is_ours && journal >= 0) record('U', inode(folder), 0, name, strlen(name), 0, 0);
    END();
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t mode) {
    char folder[PATH_MAX], name[NAME_MAX + 1];
    int is_ours = split(at, path, folder, name);
    if (is_ours && fails(MKDIR, 1)) return -1;
    BEGIN();
    int done = (int)syscall(SYS_mkdirat, at, path, mode);
    if (done == 0 && is_ours && journal >= 0)
        record('C', inode(folder), inode_at(folder, name), name, strlen(name), "d", 1);
    END();
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t from) {
    if (fd > 2 && fd_is_under(fd)) {
        if (fails(MMAP, 0)) return MAP_FAILED;
        /* Writing through a map leaves no record. */
        if (journal >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE)) abort();
    }
    return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, from);
}
void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t from) {
    return mmap(at, n, protection, flags, fd, from);
}
