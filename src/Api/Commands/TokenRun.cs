using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Tokens;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Api.Commands;

/// <summary>Runs <c>pywharf token new|list|revoke</c>, without a server.</summary>
internal static class TokenRun
{
    /// <summary>Returns 0 on success; on failure 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(TokenOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root, options.Database);

        if (await ExecuteAsync(services, options, cancellationToken) is { } failure)
        {
            return await CommandFailure.WriteAsync(failure);
        }

        return 0;
    }

    private static async Task<Failure?> ExecuteAsync(ServiceProvider services, TokenOptions options, CancellationToken cancellationToken)
    {
        RepositoryName? name = null;
        if (options.Repository is not null && !RepositoryName.TryParse(options.Repository, out name, out var problem))
        {
            return Invalid(problem);
        }

        if (options.Database is null && !Directory.Exists(options.Root))
        {
            return Invalid($"there is no folder {options.Root}; --root names the server's root folder");
        }

        if (await CommandConfiguration.FindAsync(services.GetRequiredService<IConfigurationStore>(), options.Root, options.Config, cancellationToken) is not { } documents)
        {
            return Invalid(CommandConfiguration.None(options.Root, options.Database));
        }

        var opened = services.GetRequiredService<IRepositories>().OpenWithoutStorage(documents);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        if (name is not null && opened.Value.Find(name) is null)
        {
            return Invalid($"{documents.ConfigName} has no repository {name}; it has {string.Join(", ", NamesIn(opened.Value))}");
        }

        var sender = services.GetRequiredService<ISender>();

        return options.Command switch
        {
            "new" => await CreateAsync(sender, options, name!, services.GetRequiredService<TimeProvider>().GetUtcNow(), cancellationToken), // the argument is required
            "revoke" => await RevokeAsync(sender, options, name!, cancellationToken), // likewise
            _ => await ListAsync(sender, options, name is null ? NamesIn(opened.Value) : [name], cancellationToken),
        };
    }

    private static async Task<Failure?> CreateAsync(
        ISender sender, TokenOptions options, RepositoryName repository, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var terms = TokenTerms.Parse(options.Request, now);
        if (terms.Failure is { } malformed)
        {
            return malformed;
        }

        var created = await sender.Send(
            new CreateToken.Command(Credential.OfCommand(repository), repository, terms.Value, IsKept: !options.PrintsConfig), cancellationToken);
        if (created.Failure is { } failure)
        {
            return failure;
        }

        var (token, text) = created.Value;
        if (options.PrintsConfig)
        {
            // The empty line ends an unfinished last one of the file to which this is added.
            await Console.Out.WriteAsync($"\n{TokenTableWriter.Write(token)}");
            await Console.Error.WriteLineAsync(text.Reveal());
            await Console.Error.WriteLineAsync("Above is the token, which is shown this once and kept nowhere. It opens nothing before the table is in the server's configuration.");
        }
        else
        {
            await Console.Out.WriteLineAsync(text.Reveal());
            await Console.Error.WriteLineAsync($"{Describe(token)}. It is shown this once.");
        }

        return null;
    }

    private static async Task<Failure?> RevokeAsync(ISender sender, TokenOptions options, RepositoryName repository, CancellationToken cancellationToken)
    {
        if (!TokenName.TryParse(options.Request.Name, out var name, out var problem))
        {
            return Invalid(problem);
        }

        var revoked = await sender.Send(new RevokeToken.Command(Credential.OfCommand(repository), repository, name), cancellationToken);
        if (revoked.Failure is null)
        {
            await Console.Out.WriteLineAsync($"{name}: revoked");
        }

        return revoked.Failure;
    }

    private static async Task<Failure?> ListAsync(
        ISender sender, TokenOptions options, IEnumerable<RepositoryName> repositories, CancellationToken cancellationToken)
    {
        var tokens = new List<TokenDescription>();
        foreach (var repository in repositories)
        {
            var listed = await sender.Send(new ListTokens.Query(Credential.OfCommand(repository), repository), cancellationToken);
            if (listed.Failure is { } failure)
            {
                return failure;
            }

            tokens.AddRange(listed.Value.Select(TokenDescription.Of));
        }

        if (options.IsJson)
        {
            await Console.Out.WriteLineAsync(TokenList.Json(tokens));
        }
        else if (tokens.Count == 0)
        {
            await Console.Error.WriteLineAsync("There are no tokens: pywharf token new makes one.");
        }
        else
        {
            foreach (var line in TokenList.Lines(tokens))
            {
                await Console.Out.WriteLineAsync(line);
            }
        }

        return null;
    }

    private static string Describe(AccessToken token)
    {
        var description = TokenDescription.Of(token);
        var projects = token.Projects.IsAll ? "all projects" : $"the projects {string.Join(", ", description.Projects)}";
        var reads = token.Projects.Includes(token.Reads) ? "" : token.Reads.IsAll ? ", reading all" : $", reading {string.Join(", ", description.Reads)}";
        var networks = token.Networks.Count == 0 ? "" : $", from {string.Join(", ", description.Networks)}";

        return $"{token.Name} of {token.Repository}: {description.Permission}, {projects}{reads}{networks}, {(description.Expires is { } end ? $"until {end}" : "without an end")}";
    }

    private static IEnumerable<RepositoryName> NamesIn(RepositorySet set) =>
        set.All.Select(repository => repository.Name).OrderBy(name => name.ToString(), StringComparer.Ordinal);

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
