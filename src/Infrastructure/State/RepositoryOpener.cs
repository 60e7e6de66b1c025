using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Infrastructure.State;

/// <summary>Creates repositories from a configuration: validates the documents, then opens the storages.</summary>
internal sealed class RepositoryOpener(ServerRoot root, BackendCatalog backends, UpstreamOpener upstreams, UrlPrefix prefix)
{
    /// <summary>Validates the documents; opens nothing.</summary>
    /// <param name="documents">The configuration.</param>
    /// <param name="author">Who sent it: <see cref="FailureKind.Forbidden"/> where they may not change that.</param>
    /// <param name="current">The configuration in use; null where there is none.</param>
    public Outcome<Plan> Read(ConfigurationDocuments documents, ConfigurationAuthor author, ConfigurationDocuments? current)
    {
        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        if (configs.FirstOrDefault(config => config.Name.ToString().Equals(prefix.FirstSegment, StringComparison.OrdinalIgnoreCase)) is { } hidden)
        {
            return Invalid($"{documents.ConfigName}: [{hidden.Name}] can't be told from --url_prefix={prefix} in the path of a request: give one of them another name");
        }

        // Before any secret is read, which may be in files.
        if (new ConfigurationAuthorization(current, documents).Authorize(author, type => backends[type].NeedsAdminSecret, backends.IsShownSecret, root.HasPackages, PublicUrl.Is) is { } refusal)
        {
            return refusal;
        }

        var resolved = new List<RepositoryConfig>();
        foreach (var config in configs)
        {
            resolved.Add(config.WithSecrets(out problem));
            if (problem is not null)
            {
                return Invalid(problem);
            }
        }

        if (ProblemOf(configs) is { } unusable)
        {
            return Invalid(unusable);
        }

        IReadOnlyDictionary<RepositoryName, Secret>? adminSecrets = new Dictionary<RepositoryName, Secret>();
        if (documents.AdminSecret is { } text && !SecretFile.TryRead(text, documents.AdminSecretName, configs, out adminSecrets, out problem))
        {
            return Invalid(problem);
        }

        return Lacking(configs, adminSecrets.ContainsKey).FirstOrDefault() is { } lacking
            ? Invalid(lacking)
            : new Plan(resolved, adminSecrets);
    }

    /// <summary>Everything that would keep a server from using the documents; opens nothing.</summary>
    /// <param name="documents">The configuration.</param>
    /// <param name="config">What its first document has.</param>
    /// <param name="secrets">What its second one has.</param>
    public IReadOnlyList<string> FindProblems(ConfigurationDocuments documents, out ConfigReading config, out SecretReading secrets)
    {
        config = ConfigFile.Read(documents.Config, documents.ConfigName, backends.Keys);
        secrets = documents.AdminSecret is { } text
            ? SecretFile.Read(text, documents.AdminSecretName, config)
            : new SecretReading(new Dictionary<RepositoryName, Secret>(), new Dictionary<RepositoryName, string>(), []);

        return
        [
            .. config.Problems,
            .. config.Repositories.SelectMany(repository => repository.FindSecretProblems()),
            .. config.Repositories.Select(repository => backends[repository.Type].ProblemOf(repository)).OfType<string>(),
            .. secrets.Problems,
            .. Lacking(config.Repositories, secrets.Sources.ContainsKey),
        ];
    }

    /// <summary>Opens every repository; none has an index before its first sync.</summary>
    public Outcome<RepositorySet> Open(ConfigurationDocuments documents, ConfigurationAuthor author, ConfigurationDocuments? current)
    {
        var plan = Read(documents, author, current);

        return plan.Failure is { } failure ? failure : Open(plan.Value, upstreams.Open);
    }

    /// <summary>Opens one repository for a command, which acts with its own secret or with those of the configuration.</summary>
    public Outcome<RepositorySet> OpenOne(ConfigurationDocuments documents, RepositoryName name, Secret? secret)
    {
        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        if (configs.FirstOrDefault(config => config.Name == name) is not { } wanted)
        {
            return Invalid($"{documents.ConfigName} has no repository {name}; it has {string.Join(", ", configs.Select(config => config.Name))}");
        }

        if (wanted.IsGroup)
        {
            return GroupFailure.ReadOnly(name, wanted.Members);
        }

        // A command on the machine needs none of the secrets, unless it was given one to be compared.
        var resolved = wanted.WithSecrets(out problem);
        if (secret is not null && problem is not null)
        {
            return Invalid(problem);
        }

        return backends.ProblemOfStorage(wanted.Type, root.Path, name) is { } missing
            ? Invalid(missing)
            : Open(new Plan([resolved], secret is not null && backends[wanted.Type].NeedsAdminSecret ? new() { [name] = secret } : new Dictionary<RepositoryName, Secret>()), openUpstream: null);
    }

    /// <summary>Opens some repositories for a command, which acts with the admin secrets of the second document.</summary>
    /// <param name="documents">The configuration.</param>
    /// <param name="names">The repositories.</param>
    /// <param name="creates">The one whose storage is created where there is none; null for none.</param>
    public Outcome<RepositorySet> OpenSome(ConfigurationDocuments documents, IReadOnlyList<RepositoryName> names, RepositoryName? creates)
    {
        var chosen = Choose(documents, names, creates, out _);

        return chosen.Failure is { } failure ? failure
            : chosen.Value.Repositories.FirstOrDefault(config => config.IsGroup) is { } group
                ? new Failure(FailureKind.NotAllowed, $"{group.Name} is a group, which has no packages of its own: name one of its members: {string.Join(", ", group.Members)}")
            : Open(chosen.Value, openUpstream: null);
    }

    /// <summary>Opens one repository with its upstream index, of which nothing is written to the disk, a group with its members, and the others of the configuration without their storages.</summary>
    public Outcome<RepositorySet> OpenWithUpstream(ConfigurationDocuments documents, RepositoryName name)
    {
        var chosen = Choose(documents, [name], creates: null, out var others);
        if (chosen is { Failure: null, Value.Repositories: [{ IsGroup: true } group] })
        {
            chosen = Choose(documents, [name, .. group.Members], creates: null, out others);
        }

        if (chosen.Failure is { } failure)
        {
            return failure;
        }

        string? unreadable = null;
        foreach (var config in chosen.Value.Repositories)
        {
            string? wrong = null;
            _ = config.Upstream?.WithPassword(out wrong);
            unreadable ??= wrong;
        }

        return unreadable is not null
            ? Invalid(unreadable)
            : Open(chosen.Value, upstreams.OpenReadOnly, others.Select(config => WithoutStorage(config, config.IsGroup ? [] : null)));
    }

    /// <summary>The repositories of a configuration without their storages, for a command that uses none.</summary>
    public Outcome<RepositorySet> OpenWithoutStorage(ConfigurationDocuments documents) =>
        ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem)
            ? new RepositorySet(MembersFirst(configs, WithoutStorage), new Dictionary<RepositoryName, Secret>())
            : Invalid(problem);

    /// <summary>The configuration of the named repositories, and of the others.</summary>
    private Outcome<Plan> Choose(ConfigurationDocuments documents, IReadOnlyList<RepositoryName> names, RepositoryName? creates, out IReadOnlyList<RepositoryConfig> others)
    {
        others = [];
        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, backends.Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        IReadOnlyDictionary<RepositoryName, Secret>? adminSecrets = new Dictionary<RepositoryName, Secret>();
        if (documents.AdminSecret is { } text && !SecretFile.TryRead(text, documents.AdminSecretName, configs, out adminSecrets, out problem))
        {
            return Invalid(problem);
        }

        var wanted = new List<RepositoryConfig>();
        foreach (var name in names)
        {
            if (configs.FirstOrDefault(config => config.Name == name) is not { } config)
            {
                return Invalid($"{documents.ConfigName} has no repository {name}; it has {string.Join(", ", configs.Select(config => config.Name))}");
            }

            if (backends[config.Type].NeedsAdminSecret && !adminSecrets.ContainsKey(name))
            {
                return Invalid($"[{name}] is of type {config.Type}, which needs an admin secret: --admin_secret names the admin_secret.toml that has it");
            }

            if (name != creates && backends.ProblemOfStorage(config.Type, root.Path, name) is { } missing)
            {
                return new Failure(FailureKind.NotFound, missing);
            }

            wanted.Add(config.WithSecrets(out _));
        }

        others = [.. configs.Where(config => !names.Contains(config.Name))];

        return new Plan(wanted, adminSecrets);
    }

    private Repository WithoutStorage(RepositoryConfig config, IReadOnlyList<Repository>? members) => new(config.Name, SettingsOf(config), new UnopenedBackend(), members: members);

    private RepositorySettings SettingsOf(RepositoryConfig config) => config.IsGroup
        ? new(MaxFileBytes: 0, SyncInterval: TimeSpan.FromMinutes(1), config.Policy, config.Reserve, config.Access, HoldsWriteSecret: false)
        : new(
            config.MaxFileBytes,
            config.SyncIndexInterval,
            config.Policy,
            config.Reserve,
            config.Access,
            HoldsWriteSecret: backends[config.Type].OwnSecretKey is not null)
        {
            Upstream = config.Upstream?.Settings,
        };

    /// <summary>Opens the repositories of a plan.</summary>
    /// <param name="plan">The repositories.</param>
    /// <param name="openUpstream">Opens the upstream index of one that is no group; null where upstream is not asked.</param>
    /// <param name="others">Open ones, which are added to the set.</param>
    private Outcome<RepositorySet> Open(Plan plan, Func<RepositoryConfig, UpstreamSource?>? openUpstream, IEnumerable<Repository>? others = null)
    {
        if (ProblemOf(plan.Repositories) is { } unusable)
        {
            return Invalid(unusable);
        }

        return new RepositorySet(
            [.. MembersFirst(plan.Repositories, (config, members) => Open(config, members, plan.AdminSecrets, openUpstream)), .. others ?? []], plan.AdminSecrets);
    }

    private Repository Open(
        RepositoryConfig config,
        IReadOnlyList<Repository>? members,
        IReadOnlyDictionary<RepositoryName, Secret> adminSecrets,
        Func<RepositoryConfig, UpstreamSource?>? openUpstream) => members is null
        ? new Repository(
            config.Name,
            SettingsOf(config),
            new ObservedBackend(config.Name, backends[config.Type].Open(config, root.Path, adminSecrets.GetValueOrDefault(config.Name))),
            openUpstream?.Invoke(config))
        : new Repository(config.Name, SettingsOf(config), new ObservedBackend(config.Name, backends.Groups.Open(config, members, adminSecrets)), members: members);

    /// <summary>Opens repositories, groups after their members, which stand anywhere in the document. If one can't be opened, the others are closed.</summary>
    /// <param name="configs">The repositories.</param>
    /// <param name="open">Opens one; with its members where it is a group, and null where it is none.</param>
    private static List<Repository> MembersFirst(IReadOnlyList<RepositoryConfig> configs, Func<RepositoryConfig, IReadOnlyList<Repository>?, Repository> open)
    {
        var opened = new List<Repository>(configs.Count);
        try
        {
            foreach (var config in configs.OrderBy(config => config.IsGroup))
            {
                opened.Add(open(config, config.IsGroup ? [.. config.Members.Select(name => opened.First(repository => repository.Name == name))] : null));
            }
        }
        catch
        {
            opened.ForEach(repository => repository.Dispose());
            throw;
        }

        return opened;
    }

    private string? ProblemOf(IEnumerable<RepositoryConfig> configs) => configs.Select(config => backends[config.Type].ProblemOf(config)).FirstOrDefault(problem => problem is not null);

    private IEnumerable<string> Lacking(IEnumerable<RepositoryConfig> configs, Func<RepositoryName, bool> hasSecret) =>
        from config in configs
        where backends[config.Type].NeedsAdminSecret && !hasSecret(config.Name)
        select $"{config.Place}: [{config.Name}] is of type {config.Type}, which needs an admin secret: a token that may read the repository, in a table [{config.Name}] of admin_secret.toml";

    private static Failure Invalid(string problem) => new(FailureKind.Invalid, problem);

    /// <summary>A validated configuration.</summary>
    /// <param name="Repositories">At least one.</param>
    /// <param name="AdminSecrets">Of those that have one.</param>
    internal sealed record Plan(IReadOnlyList<RepositoryConfig> Repositories, IReadOnlyDictionary<RepositoryName, Secret> AdminSecrets);
}
