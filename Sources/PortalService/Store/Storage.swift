import CSQLite

/// How this program uses the libraries that keep its files.
package enum Storage {
    /// To be called first of all in a program: SQLite takes its settings only before it is used.
    /// Whoever leaves it out loses nothing but time.
    package static func prepare() { _ = daybook_sqlite_without_statistics() }
}
