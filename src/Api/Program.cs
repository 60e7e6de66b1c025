using PyWharf.Api.Cli;

return await CommandLine.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);
