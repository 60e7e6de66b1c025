using PyWharf.Api.Cli;
using PyWharf.Infrastructure.Storage;

// Before anything is made.
FileModes.KeepOthersOut();

return await CommandLine.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);
