using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Api.Commands;

/// <summary>Runs <c>pywharf explain</c>, beside a running server or without one.</summary>
internal static class ExplainRun
{
    /// <summary>Returns 0 on success; on failure, such as a project that is nowhere, 1 with one line on standard error.</summary>
    public static async Task<int> RunAsync(ExplainOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root, options.Database, options.ExtraIndexUrl);

        var explained = await ExplainAsync(services, options, cancellationToken);
        if (explained.Failure is { } failure)
        {
            return await CommandFailure.WriteAsync(failure);
        }

        foreach (var line in options.IsJson ? [JsonOutput.Of(explained.Value)] : ExplanationText.Lines(explained.Value))
        {
            await Console.Out.WriteLineAsync(line);
        }

        return 0;
    }

    private static async Task<Outcome<Explanation>> ExplainAsync(ServiceProvider services, ExplainOptions options, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(options.Repository, out var name, out var problem))
        {
            return Invalid(problem);
        }

        if (!ProjectName.TryParse(options.Project, out var project))
        {
            return Invalid($"{options.Project} is no project name");
        }

        if (options.Database is null && !Directory.Exists(options.Root))
        {
            return Invalid($"there is no folder {options.Root}; --root names the server's root folder");
        }

        if (await CommandConfiguration.FindAsync(services.GetRequiredService<IConfigurationStore>(), options.Root, options.Config, cancellationToken) is not { } documents)
        {
            return Invalid(CommandConfiguration.None(options.Root, options.Database));
        }

        var opened = services.GetRequiredService<IRepositories>().OpenWithUpstream(CommandConfiguration.WithAdminSecret(documents, options.AdminSecret), name);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        var sender = services.GetRequiredService<ISender>();
        foreach (var repository in opened.Value)
        {
            if ((await sender.Send(new SyncIndex.Command(repository), cancellationToken)).Failure is { } unreadable)
            {
                return unreadable;
            }
        }

        return await sender.Send(new ExplainProject.Query(Credential.OfCommand(name), name, project), cancellationToken);
    }

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
