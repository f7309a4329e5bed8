// What Swift cannot call in SQLite, because it takes a varying number of arguments.
#include <sqlite3.h>

// Lets SQLite count no bytes: a lock around each of its allocations goes with it. Must be called
// before SQLite is used; later it has no effect.
static inline int daybook_sqlite_without_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
