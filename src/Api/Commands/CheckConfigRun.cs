using System.Globalization;
using System.Text.RegularExpressions;
using PyWharf.Api.Hosting;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.State;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command check_config.</summary>
internal static partial class CheckConfigRun
{
    /// <summary>Returns 0 if a server can use the configuration; otherwise 1, with a line on standard error for each problem.</summary>
    public static async Task<int> RunAsync(CheckConfigOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(Directory.GetCurrentDirectory());

        var problems = new List<string>();
        var (config, adminSecret) = (TryRead(options.Config, "--config", problems), TryRead(options.AdminSecret, "--admin_secret", problems));
        var documents = new ConfigurationDocuments(config ?? "", adminSecret) { ConfigName = options.Config, AdminSecretName = options.AdminSecret ?? "" };
        IReadOnlyList<EffectiveTable> tables = [];
        var adminSecrets = new Dictionary<string, string>();
        var text = "";
        if (config is not null)
        {
            problems.AddRange(services.GetRequiredService<RepositoryOpener>().FindProblems(documents, out var read, out var secrets));
            if (problems.Count == 0)
            {
                tables = [.. EffectiveConfiguration.Of(read, services.GetRequiredService<BackendCatalog>().Keys)];
                adminSecrets = secrets.Sources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);
                text = EffectiveConfiguration.Write(tables, adminSecrets);
            }
        }

        if (options.IsJson)
        {
            await Console.Out.WriteLineAsync(Json(problems, tables, adminSecrets));
        }
        else
        {
            await Console.Out.WriteAsync(text);
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync($"pywharf: {problem}");
            }
        }

        return problems.Count == 0 ? 0 : 1;
    }

    private static string? TryRead(string? path, string flag, List<string> problems)
    {
        try
        {
            return path is null ? null : ConfigurationFiles.ReadFile(path, flag);
        }
        catch (IOException exception)
        {
            problems.Add(exception.Message);

            return null;
        }
    }

    private static string Json(List<string> problems, IReadOnlyList<EffectiveTable> tables, Dictionary<string, string> adminSecrets) => JsonOutput.Of(
        new
        {
            Valid = problems.Count == 0,
            Problems = problems.Select(ProblemOf),
            Tables = tables.Select(table => new
            {
                Name = string.Join('.', table.Path),
                Values = table.Values.ToDictionary(value => value.Key, value => EffectiveConfiguration.PlainOf(value)),
                Notes = table.Values.Where(value => value.Note is not null).ToDictionary(value => value.Key, value => value.Note),
            }),
            AdminSecrets = adminSecrets,
        });

    private static object ProblemOf(string line) => Position().Match(line) is { Success: true } match
        ? new { File = (string?)match.Groups[1].Value, Line = (int?)Number(match.Groups[2]), Column = (int?)Number(match.Groups[3]), Message = match.Groups[4].Value }
        : new { File = (string?)null, Line = (int?)null, Column = (int?)null, Message = line };

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(.+?):([0-9]{1,9}):([0-9]{1,9}): (.*)$", RegexOptions.Singleline)]
    private static partial Regex Position();
}
