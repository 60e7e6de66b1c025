using PyWharf.Api.Cli;
using PyWharf.Infrastructure.Storage;

// Before anything is made.
FileModes.KeepOthersOut();

Console.SetOut(new PrintableWriter(Buffered(Console.OpenStandardOutput(), Console.Out)));
Console.SetError(new PrintableWriter(Buffered(Console.OpenStandardError(), Console.Error)));

return await CommandLine.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);

// The framework's own writers make a system call for each 256 characters.
static StreamWriter Buffered(Stream stream, TextWriter own) => new(stream, own.Encoding, 16 * 1024) { AutoFlush = true };
