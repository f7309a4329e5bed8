// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Daybook",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "EventLine"),
        .testTarget(name: "EventLineTests", dependencies: ["EventLine"]),
        .target(name: "PortalEvents", dependencies: ["EventLine"]),
        .target(
            name: "ProjectionEngine",
            dependencies: [
                "EventLine", "PortalEvents",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "ProjectionEngineTests",
            dependencies: ["ProjectionEngine", "EventLine", "PortalEvents"]),
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
