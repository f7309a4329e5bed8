import EventLine
import PortalAccess

extension QueryCase {
    /// Rows of a query about one client.
    func rows(
        _ projection: String,
        _ query: String,
        ofClient id: UniqueID,
        _ arguments: [String: JSONValue] = [:]
    ) throws -> [JSONValue] {
        var arguments = arguments
        arguments["client"] = .string("\(id)")
        return try rows(about: id, projection, query, arguments)
    }

    /// Rows about what the organisation has set up, for which its own stream is enough.
    func settingRows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue] = [:]
    ) throws -> [JSONValue] {
        var arguments = arguments
        arguments["organisation"] = .string("\(organisation)")
        let streams = [StreamName("organisation", organisation)]
        return try rows(projection, query, arguments, of: streams)
    }

    /// A client's messages, thread by thread.
    func messageThreads(of client: UniqueID) throws -> JSONValue {
        let arguments: [String: JSONValue] = [
            "client": .string("\(client)"), "today": .string("\(today)"),
        ]
        let rows = try rows(
            about: client,
            and: try survivors(of: client),
            "messages",
            "message-threads",
            arguments
        )
        var threads: [(head: [JSONMember], messages: [JSONValue])] = []
        for members in rows.compactMap(\.members) {
            let head = Array(members.prefix { $0.name != "messageId" })
            let message = JSONValue.object(Array(members.dropFirst(head.count)))
            if threads.last?.head == head {
                threads[threads.count - 1].messages.append(message)
            } else {
                threads.append((head, [message]))
            }
        }
        return .array(
            threads.map { .object($0.head + [JSONMember("messages", .array($0.messages))]) }
        )
    }
}
