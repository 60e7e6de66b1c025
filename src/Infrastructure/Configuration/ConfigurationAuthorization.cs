using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// What whom may change by sending documents over HTTP (docs/decisions/0020). Documents are compared by what they mean: order, comments and
/// the way that keys and values are written do not matter.
/// </summary>
/// <param name="current">The configuration in use; null where there is none.</param>
/// <param name="wanted">The one that is sent.</param>
internal sealed class ConfigurationRights(ConfigurationDocuments? current, ConfigurationDocuments wanted)
{
    private const string OnlyOperator = "Only the holder of PYWHARF_INITIALIZE_SECRET may do that.";

    private static readonly string[] Pointers = ["env", "file"];

    // As config.toml and admin_secret.toml: each table that there is now, and that there shall be, by the name of its repository.
    private readonly Tables[] _documents =
    [
        new("config.toml", current?.Config, wanted.Config),
        new("admin_secret.toml", current?.AdminSecret, wanted.AdminSecret),
    ];

    /// <summary>Why the author may not have it so; null where they may.</summary>
    /// <param name="author">Who sends it.</param>
    /// <param name="handsOut">Whether storages of a type are given the repository's admin secret, and so may be made to tell it.</param>
    /// <param name="hasPackages">Whether the root folder holds packages under the name of a repository.</param>
    public Failure? RefusalOf(ConfigurationAuthor author, Func<string, bool> handsOut, Func<RepositoryName, bool> hasPackages) => author switch
    {
        ConfigurationAuthor.ServerOperator => null,
        ConfigurationAuthor.Admin(var own) => RefusalOfOthers(own, hasPackages) ?? RefusalOfPointers(own, handsOut),
        _ => RefusalOfPointers(own: null, handsOut),
    };

    /// <summary>An admin changes their own tables; where theirs is the only repository, they may add others too.</summary>
    private Failure? RefusalOfOthers(RepositoryName own, Func<RepositoryName, bool> hasPackages)
    {
        var configured = _documents[0].Now;
        var isOnly = configured.Count == 1 && configured.ContainsKey(own);
        var touched = (
            from document in _documents
            from name in document.Now.Keys.Union(document.Then.Keys)
            where name != own && !(isOnly && !configured.ContainsKey(name)) && !document.IsSame(name)
            select $"[{name}] of {document.Name}").ToList();
        if (touched.Count > 0)
        {
            return Forbidden($"The admin secret of [{own}] changes the tables of [{own}] only, but this changes, adds or removes {string.Join(", ", touched)}.");
        }

        var taken = _documents[0].Then.Keys.Where(name => !configured.ContainsKey(name) && hasPackages(name)).Select(name => $"[{name}]").ToList();

        return taken.Count > 0
            ? Forbidden($"The server's root folder holds packages of {string.Join(", ", taken)} from an earlier configuration, which this would open.")
            : null;
    }

    /// <summary>
    /// What names a variable or a file of the server is for its operator to write. The admin of a repository may leave theirs where it is, as long as it
    /// goes nowhere else than before.
    /// </summary>
    private Failure? RefusalOfPointers(RepositoryName? own, Func<string, bool> handsOut)
    {
        foreach (var document in _documents)
        {
            foreach (var (name, table) in document.Then)
            {
                if (PointerIn(table) is { } key && !document.IsSame(name) && !(name == own && document.HasSamePointers(name)))
                {
                    return Forbidden(
                        $"[{name}] of {document.Name} has \"{key}\", which names a variable or a file of the server: send the value itself, in admin_secret.toml as \"raw\".");
                }
            }
        }

        return own is null || !LeavesPointer(own, handsOut) || _documents[0].IsSameBut(own, ConfigFile.IsCommon)
            ? null
            : Forbidden($"[{own}] has a secret that a variable or a file of the server holds, so it may not be made to go elsewhere: send that secret as \"raw\" too.");
    }

    private bool LeavesPointer(RepositoryName own, Func<string, bool> handsOut)
    {
        var (config, secret) = (_documents[0].Then.GetValueOrDefault(own), _documents[1].Then.GetValueOrDefault(own));
        if (config is null)
        {
            return false;
        }

        return PointerIn(config) is not null
            || (secret is not null && PointerIn(secret) is not null && (handsOut(TypeOf(config)) || !_documents[0].Now.TryGetValue(own, out var now) || TypeOf(now) != TypeOf(config)));
    }

    private static string TypeOf(TomlTable table) => table.TryGetValue("type", out var type) && type.Content is string text ? text : "";

    /// <summary>The first key, at any depth, whose value is the name of a variable or the path of a file; null where there is none.</summary>
    private static string? PointerIn(object content) => content switch
    {
        TomlTable table => table.Where(pair => IsPointer(pair.Key)).Select(pair => pair.Key).FirstOrDefault()
            ?? table.Select(pair => PointerIn(pair.Value.Content)).FirstOrDefault(key => key is not null),
        TomlArray array => array.Select(element => PointerIn(element.Content)).FirstOrDefault(key => key is not null),
        _ => null,
    };

    private static bool IsPointer(string key) =>
        Pointers.Any(kind => key.Equals(kind, StringComparison.OrdinalIgnoreCase) || key.EndsWith($"_{kind}", StringComparison.OrdinalIgnoreCase));

    private static Failure Forbidden(string why) => new(FailureKind.Forbidden, $"{why} {OnlyOperator}");

    /// <summary>One of the two documents, now and then.</summary>
    private sealed class Tables(string name, string? now, string? then)
    {
        public string Name => name;

        public Dictionary<RepositoryName, TomlTable> Now { get; } = Read(now);

        public Dictionary<RepositoryName, TomlTable> Then { get; } = Read(then);

        public bool IsSame(RepositoryName repository) => IsSameBut(repository, _ => false);

        public bool IsSameBut(RepositoryName repository, Func<string, bool> isFree) => IsSame(repository, key => !isFree(key));

        /// <summary>Whether every key that is a pointer, or has one within, has the value that it has now.</summary>
        public bool HasSamePointers(RepositoryName repository) =>
            Now.ContainsKey(repository)
            && IsSame(repository, key => IsPointer(key) || HasPointer(Now, repository, key) || HasPointer(Then, repository, key));

        // Both may hold secrets of others than who sends it: the time that the comparison takes tells nothing of them.
        private bool IsSame(RepositoryName repository, Func<string, bool> counts) =>
            Now.ContainsKey(repository) == Then.ContainsKey(repository)
            && CryptographicOperations.FixedTimeEquals(Digest(Now, repository, counts), Digest(Then, repository, counts));

        private static bool HasPointer(Dictionary<RepositoryName, TomlTable> tables, RepositoryName repository, string key) =>
            tables[repository].TryGetValue(key, out var value) && PointerIn(value.Content) is not null;

        private static byte[] Digest(Dictionary<RepositoryName, TomlTable> tables, RepositoryName repository, Func<string, bool> counts) =>
            tables.TryGetValue(repository, out var table)
                ? SHA256.HashData(Encoding.UTF8.GetBytes(TomlWriter.Write(Sorted(table, counts))))
                : [];

        private static TomlTable Sorted(TomlTable table, Func<string, bool> counts)
        {
            var sorted = new TomlTable();
            foreach (var (key, value) in table.Where(pair => counts(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                sorted.Add(key, value.Content is TomlTable inner ? Sorted(inner, _ => true) : value);
            }

            return sorted;
        }

        // Whoever reads the documents for what they configure says what is wrong with one.
        private static Dictionary<RepositoryName, TomlTable> Read(string? text) =>
            text is null || !TomlReader.TryRead(text, out var document, out _)
                ? []
                : (from pair in document
                   let name = RepositoryName.TryParse(pair.Key, out var parsed, out _) ? parsed : null
                   where name is not null && pair.Value.Content is TomlTable
                   group (TomlTable)pair.Value.Content by name).ToDictionary(group => group.Key, group => group.First());
    }
}
