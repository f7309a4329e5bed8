import ArgumentParser

@main
struct Daybook: AsyncParsableCommand {
}
