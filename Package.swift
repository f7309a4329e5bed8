// swift-tools-version: 6.2
import PackageDescription

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "Daybook",
    products: [
        .executable(name: "daybook", targets: ["daybook"]),
        .library(name: "EventLog", targets: ["EventLog"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(
            name: "CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        .systemLibrary(name: "CCRC32C"),
        .target(name: "EventLine", dependencies: ["CCRC32C"]),
        .target(name: "EventLog", dependencies: ["EventLine", "CLZ4", "CLinux"]),
        .target(name: "PersonalData", dependencies: [crypto, cryptoExtras, grdb]),
        .target(
            name: "PortalEvents",
            dependencies: ["EventLine"],
            plugins: ["EventSchemasPlugin"]
        ),
        .target(name: "PortalAccess", dependencies: ["EventLine", "PortalEvents"]),
        .target(
            name: "ProjectionEngine",
            dependencies: [
                "EventLine", "PortalEvents", grdb,
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        .target(
            name: "Projections",
            path: "Projections",
            resources: [
                .embedInCode("access-grants.sql"), .embedInCode("audit-trail.sql"),
                .embedInCode("coming-of-age.sql"),
                .embedInCode("contacts.sql"),
                .embedInCode("invitations.sql"), .embedInCode("letters.sql"),
                .embedInCode("profile-states.sql"),
                .embedInCode("auto-invites.sql"),
                .embedInCode("invitation-statistics.sql"),
                .embedInCode("bulk-messages.sql"), .embedInCode("profiles.sql"),
                .embedInCode("client-cards.sql"),
                .embedInCode("documents.sql"),
                .embedInCode("email-templates.sql"),
                .embedInCode("intake-forms.sql"),
                .embedInCode("messages.sql"),
                .embedInCode("patient-communications.sql"),
                .embedInCode("record-openings.sql"),
                .embedInCode("record-resources.sql"),
                .embedInCode("support-information.sql"),
                .embedInCode("portal-access.sql"), .embedInCode("portal-access.events.sql"),
                .embedInCode("portal-access.queries.sql"),
            ]
        ),
        .target(name: "FHIRBulk", dependencies: ["EventLine"]),
        .target(
            name: "PortalService",
            dependencies: [
                "CCurl", "CSQLite", "CZip", "EventLine", "EventLog", "FHIRBulk", "PersonalData",
                "PortalAccess", "PortalEvents", "ProjectionEngine", "Projections", mustache,
            ]
        ),
        .executableTarget(
            name: "daybook",
            dependencies: [
                "EventLine", "EventLog", "FHIRBulk", "PortalAccess", "PortalService",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
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
        .executableTarget(
            name: "LogBench",
            dependencies: [
                "EventLine", "EventLog", "PersonalData", "PortalAccess", "PortalEvents",
                "PortalService",
            ],
            path: "tools/LogBench",
            resources: [.embedInCode("Lives/lives.txt")]
        ),
        // SwiftPM plans anew when a file comes or goes below a target's folder, so the plugin's
        // folder links to EventSchemas/: without it a new schema would not be seen.
        .plugin(
            name: "EventSchemasPlugin",
            capability: .buildTool(),
            dependencies: ["SchemaCompiler"],
            path: "tools/EventSchemasPlugin",
            exclude: ["EventSchemas"]
        ),
        .testTarget(name: "EventLineTests", dependencies: ["EventLine"]),
        .testTarget(name: "EventLogTests", dependencies: ["EventLog", "EventLine", "LogBench"]),
        .testTarget(name: "FHIRBulkTests", dependencies: ["EventLine", "FHIRBulk"]),
        .testTarget(name: "HouseTests", dependencies: ["EventLine"]),
        .testTarget(
            name: "LogBenchTests",
            dependencies: ["EventLine", "EventLog", "LogBench", "PortalService", grdb]
        ),
        .testTarget(
            name: "PersonalDataTests",
            dependencies: ["PersonalData", crypto, grdb]
        ),
        .testTarget(
            name: "SchemaCompilationTests",
            dependencies: ["SchemaCompilation"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["daybook", "EventLine"]
        ),
        .testTarget(
            name: "AcceptanceTests",
            dependencies: [
                "daybook", "EventLine", "EventLog", "PersonalData", "PortalService",
                "ProjectionEngine",
            ],
            exclude: ["Scenarios"]
        ),
        .testTarget(
            name: "PortalServiceTests",
            dependencies: [
                "EventLine", "EventLog", "PersonalData", "PortalAccess", "PortalEvents",
                "PortalService", "ProjectionEngine", "Projections", grdb,
            ]
        ),
        .testTarget(name: "PortalEventsTests", dependencies: ["EventLine", "PortalEvents"]),
        .testTarget(
            name: "ProjectionEngineTests",
            dependencies: ["ProjectionEngine", "EventLine", "PortalEvents"]
        ),
        .testTarget(
            name: "PortalAccessTests",
            dependencies: [
                "EventLine", "PortalAccess", "PortalEvents", "ProjectionEngine", "Projections",
            ]
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
