/* What SQLite alone needs to make a projection's rows.
 *
 * reference RECORDING DATABASE
 *
 * RECORDING holds what `LogBench record-rebuild` saw a rebuild give SQLite: the settings, the
 * schema, the statements, and for each run of one of them what was bound. Nothing is read from a
 * log here, nothing is decoded or looked up: the values are bound where they stand in the file,
 * and the statements are stepped. What a rebuild takes longer than this is the program's own; the
 * rest is SQLite's.
 *
 * First the file is gone through without SQLite, so that the cost of reading it is known and its
 * pages are in memory. Prints one JSON object. The form of the file is described at
 * `StatementRecorder` in Sources/ProjectionEngine; like it, this expects a little-endian machine.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COMMIT = 65535, LIST_MAX = 4096 };

typedef struct {
    uint32_t count;
    const char *texts[LIST_MAX];
} List;

static sqlite3 *db;
static sqlite3_stmt *statements[LIST_MAX];
static const uint8_t *place, *end;

static void fail(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(2);
}

static void run(const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

/* Takes so many bytes from the file. */
static const void *take(size_t count) {
    const uint8_t *taken = place;
    if ((size_t)(end - place) < count) fail("the recording ends in the middle");
    place += count;
    return taken;
}

/* The file's numbers stand at any address. */
#define NUMBER(type)                                                                               \
    static type take_##type(void) {                                                                \
        type number;                                                                               \
        memcpy(&number, take(sizeof number), sizeof number);                                       \
        return number;                                                                             \
    }
NUMBER(uint8_t)
NUMBER(uint16_t)
NUMBER(uint32_t)
NUMBER(int64_t)
NUMBER(double)

static void take_list(List *list) {
    list->count = take_uint32_t();
    if (list->count > LIST_MAX) fail("the recording has too many statements");
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t length = take_uint32_t();
        list->texts[i] = take(length + 1);
    }
}

/* Binds the next value of the file; without a statement it only looks at it. */
static void bind(sqlite3_stmt *statement, int index) {
    int code = SQLITE_OK;
    switch (take_uint8_t()) {
    case 0:
        if (statement) code = sqlite3_bind_null(statement, index);
        break;
    case 1: {
        int64_t number = take_int64_t();
        if (statement) code = sqlite3_bind_int64(statement, index, number);
        break;
    }
    case 2: {
        double number = take_double();
        if (statement) code = sqlite3_bind_double(statement, index, number);
        break;
    }
    case 3: {
        uint32_t length = take_uint32_t();
        const char *text = take(length);
        if (statement) {
            code = sqlite3_bind_text(statement, index, text, (int)length, SQLITE_STATIC);
        }
        break;
    }
    default: fail("the recording has a value that is none");
    }
    if (code != SQLITE_OK) fail("bind");
}

/* Goes through all runs; answers how many there are. */
static uint64_t go_through(int with_sqlite) {
    uint64_t count = 0;
    if (with_sqlite) run("begin immediate");
    while (place < end) {
        uint16_t number = take_uint16_t(), values = take_uint16_t();
        if (number == COMMIT) {
            if (with_sqlite) run("commit; begin immediate");
            continue;
        }
        sqlite3_stmt *statement = with_sqlite ? statements[number] : NULL;
        for (int index = 1; index <= values; index++) bind(statement, index);
        count++;
        if (!statement) continue;
        int code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) continue;
        if (code != SQLITE_DONE) fail(sqlite3_sql(statement));
        sqlite3_reset(statement);
    }
    if (with_sqlite) run("commit");
    return count;
}

static double wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double processor_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    if (argc != 3) fail("usage: reference RECORDING DATABASE");
    int file = open(argv[1], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) fail(argv[1]);
    place = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (place == MAP_FAILED) fail(argv[1]);
    end = place + status.st_size;

    static List settings, schema, handlers, indexes;
    take_list(&settings);
    take_list(&schema);
    take_list(&handlers);
    take_list(&indexes);
    const uint8_t *first = place;
    double start = processor_seconds();
    go_through(0);
    double reading = processor_seconds() - start;
    place = first;

    /* As `daybook` does: it has no use for SQLite's own statistics. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    unlink(argv[2]);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    double began = wall_seconds();
    start = processor_seconds();
    if (sqlite3_open_v2(argv[2], &db, flags, NULL) != SQLITE_OK) fail(argv[2]);
    run(settings.texts[0]);
    for (uint32_t i = 0; i < schema.count; i++) run(schema.texts[i]);
    for (uint32_t i = 0; i < handlers.count; i++) {
        if (sqlite3_prepare_v2(db, handlers.texts[i], -1, &statements[i], NULL) != SQLITE_OK) {
            fail(handlers.texts[i]);
        }
    }
    uint64_t runs = go_through(1);
    double applying = processor_seconds() - start;
    run(settings.texts[1]);
    for (uint32_t i = 0; i < indexes.count; i++) run(indexes.texts[i]);
    for (uint32_t i = 0; i < handlers.count; i++) sqlite3_finalize(statements[i]);
    if (sqlite3_close(db) != SQLITE_OK) fail("close");
    double all = processor_seconds() - start, seconds = wall_seconds() - began;
    printf("{\"runs\":%llu,\"seconds\":%.3f,\"processorSeconds\":%.3f,\"applyingSeconds\":%.3f,"
           "\"readingSeconds\":%.3f}\n",
           (unsigned long long)runs, seconds, all, applying, reading);
    return 0;
}
