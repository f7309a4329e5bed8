// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Daybook",
    targets: [
        .target(name: "EventLine"),
        .testTarget(name: "EventLineTests", dependencies: ["EventLine"]),
        .target(
            name: "SchemaCompilation",
            dependencies: ["EventLine"],
            path: "tools/SchemaCompilation"
        ),
        .executableTarget(
            name: "SchemaCompiler",
            dependencies: ["SchemaCompilation"],
            path: "tools/SchemaCompiler"
        ),
        .plugin(
            name: "EventSchemasPlugin",
            capability: .buildTool(),
            dependencies: ["SchemaCompiler"],
            path: "tools/EventSchemasPlugin"
        ),
        .target(
            name: "PortalEvents",
            dependencies: ["EventLine"],
            plugins: ["EventSchemasPlugin"]
        ),
        .target(name: "PortalAccess", dependencies: ["EventLine", "PortalEvents"]),
        .testTarget(
            name: "SchemaCompilationTests",
            dependencies: ["EventLine", "SchemaCompilation"],
            exclude: ["Fixtures"]
        ),
        .testTarget(name: "PortalEventsTests", dependencies: ["EventLine", "PortalEvents"]),
        .testTarget(
            name: "PortalAccessTests",
            dependencies: ["EventLine", "PortalEvents", "PortalAccess"]
        ),
    ]
)

// One policy for every target; a target never weakens it.
for target in package.targets where target.type != .plugin && target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ]
}
for target in package.targets where ["EventLine", "EventLog"].contains(target.name) {
    target.swiftSettings?.append(.strictMemorySafety())
}
