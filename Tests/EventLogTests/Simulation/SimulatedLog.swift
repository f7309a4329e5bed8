@testable import EventLog

/// A log on a simulated disk, so small that it rolls and uses its journal again all the time.
enum SimulatedLog {
    static func options(_ device: any LogDevice) -> LogOptions {
        var options = LogOptions()
        options.device = device
        options.segmentBytes = 3000
        options.journalBytes = 64 << 10
        options.sealingGrace = .zero
        // The same seed does the same: what is done in the background is done by the workload.
        options.keepsUp = false
        return options
    }

    static func open(_ device: any LogDevice) throws -> EventLog {
        try EventLog.open(directory: SimulatedDevice.root, options: options(device))
    }
}
