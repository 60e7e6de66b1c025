using PyWharf.Api.Cli;
using PyWharf.Infrastructure.Storage;

// Before anything is made.
FileModes.KeepOthersOut();

Console.SetOut(new PrintableWriter(Console.Out));
Console.SetError(new PrintableWriter(Console.Error));

return await CommandLine.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);
