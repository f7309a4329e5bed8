// What Linux has and the Glibc module leaves out, because it needs _GNU_SOURCE or is a system call
// without a function.
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define DAYBOOK_FALLOC_FL_KEEP_SIZE 1
#define DAYBOOK_SYNC_FILE_RANGE_WRITE 2

int sync_file_range(int descriptor, off_t offset, off_t length, unsigned int flags);

int fallocate(int descriptor, int mode, off_t offset, off_t length);

void *memmem(const void *bytes, size_t count, const void *wanted, size_t wantedCount);

// Lets the calling thread run, and use the disk, only when nobody else wants to. Refusals have no
// consequence.
static inline void daybook_run_in_background(void) {
    pid_t thread = (pid_t)syscall(SYS_gettid);
    setpriority(PRIO_PROCESS, (id_t)thread, 19);
    // IOPRIO_WHO_PROCESS, IOPRIO_CLASS_BE with the lowest of its eight levels.
    syscall(SYS_ioprio_set, 1, thread, (2 << 13) | 7);
}

// Tells the processor that this thread only waits for a change in memory.
static inline void daybook_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}
