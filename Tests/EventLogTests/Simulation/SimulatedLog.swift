@testable import EventLog

/// A log on a simulated disk, so small that it rolls and uses its journal again all the time.
enum SimulatedLog {
    static func options(_ device: any LogDevice, keepsUp: Bool = false) -> LogOptions {
        var options = LogOptions()
        options.device = device
        options.segmentBytes = 3000
        options.journalBytes = 64 << 10
        options.sealingGrace = .zero
        // Without a thread in the background the same seed does the same.
        options.keepsUp = keepsUp
        return options
    }

    static func open(_ device: any LogDevice, keepsUp: Bool = false) throws -> EventLog {
        let options = options(device, keepsUp: keepsUp)
        return try EventLog.open(directory: SimulatedDevice.root, options: options)
    }
}
