// What Linux has and the Glibc module leaves out, because it needs _GNU_SOURCE.
#include <sys/types.h>

#define DAYBOOK_FALLOC_FL_KEEP_SIZE 1

int fallocate(int descriptor, int mode, off_t offset, off_t length);

void *memmem(const void *bytes, size_t count, const void *wanted, size_t wantedCount);
