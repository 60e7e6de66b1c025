using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// Decides who may change which part of the configuration over HTTP (docs/decisions/0020). Documents are compared by their content: order,
/// comments and spelling do not matter.
/// </summary>
/// <param name="current">The configuration in use; null if there is none.</param>
/// <param name="wanted">The configuration that was sent.</param>
internal sealed class ConfigurationAuthorization(ConfigurationDocuments? current, ConfigurationDocuments wanted)
{
    private const string OnlyOperator = "Only the holder of PYWHARF_INITIALIZE_SECRET may do that.";

    // Keys whose value refers to a variable or file of the server.
    private static readonly string[] References = ["env", "file"];

    private readonly Tables[] _documents =
    [
        new("config.toml", current?.Config, wanted.Config),
        new("admin_secret.toml", current?.AdminSecret, wanted.AdminSecret),
    ];

    /// <summary>Checks that the author may make this change.</summary>
    /// <param name="author">The sender.</param>
    /// <param name="handsOut">Whether the server sends a repository's admin secret to storages of this type, so that their address must not change.</param>
    /// <param name="isShown">Whether a key of config.toml gives a secret that clients show: the server compares it, and sends it nowhere.</param>
    /// <param name="hasPackages">Whether the root folder holds packages of a repository of this name.</param>
    /// <param name="isPublic">Whether a URL leads to the Internet, and not into the server's own network.</param>
    /// <returns>The reason for a refusal; null if the change is allowed.</returns>
    public Failure? Authorize(
        ConfigurationAuthor author, Func<string, bool> handsOut, Func<string, bool> isShown, Func<RepositoryName, bool> hasPackages, Func<Uri, bool> isPublic) => author switch
        {
            ConfigurationAuthor.ServerOperator => null,
            ConfigurationAuthor.Admin(var own) => CheckOtherRepositories(own, hasPackages) ?? CheckReferences(own, handsOut, isShown) ?? CheckUpstreams(isPublic),
            _ => CheckReferences(own: null, handsOut, isShown) ?? CheckUpstreams(isPublic),
        };

    /// <summary>An admin may change their own tables, and add repositories if theirs is the only one.</summary>
    private Failure? CheckOtherRepositories(RepositoryName own, Func<RepositoryName, bool> hasPackages)
    {
        var configured = _documents[0].Current;
        var isOnly = configured.Count == 1 && configured.ContainsKey(own);
        var touched = (
            from document in _documents
            from name in document.Current.Keys.Union(document.Wanted.Keys)
            where name != own && !(isOnly && !configured.ContainsKey(name)) && !document.IsSame(name)
            select $"[{name}] of {document.Name}").ToList();
        if (touched.Count > 0)
        {
            return Forbidden($"The admin secret of [{own}] changes the tables of [{own}] only, but this changes, adds or removes {string.Join(", ", touched)}.");
        }

        var shown = (
            from pair in _documents[0].Wanted
            where !_documents[0].IsSame(pair.Key)
            from member in MembersOf(pair.Value)
            where member != own && configured.ContainsKey(member)
            select $"[{member}]").Distinct().ToList();
        if (shown.Count > 0)
        {
            return Forbidden($"The admin secret of [{own}] opens no other repository, but a group would show {string.Join(", ", shown)}.");
        }

        var taken = _documents[0].Wanted.Keys.Where(name => !configured.ContainsKey(name) && hasPackages(name)).Select(name => $"[{name}]").ToList();

        return taken.Count > 0
            ? Forbidden($"The server's root folder holds packages of {string.Join(", ", taken)} from an earlier configuration, which this would open.")
            : null;
    }

    /// <summary>
    /// Only the operator may write references to variables and files of the server. The admin of a repository may keep the references that it has, as long
    /// as the values go to the same place as before.
    /// </summary>
    private Failure? CheckReferences(RepositoryName? own, Func<string, bool> handsOut, Func<string, bool> isShown)
    {
        foreach (var document in _documents)
        {
            foreach (var (name, table) in document.Wanted)
            {
                if (ReferenceIn(table) is { } key && !document.IsSame(name) && !(name == own && document.HasSameReferences(name)))
                {
                    return Forbidden($"[{name}] of {document.Name} has \"{key}\", which names a variable or a file of the server: {AdviceFor(key)}");
                }
            }
        }

        return own is null || !KeepsReference(own, handsOut, isShown) || _documents[0].IsSameBut(own, ConfigFile.IsCommon)
            ? null
            : Forbidden($"[{own}] has a secret that a variable or a file of the server holds, so it may not be made to go elsewhere: send that secret as \"raw\" too.");
    }

    /// <summary>The server asks an upstream index from within its own network, which only the operator may open. A URL may stay as it is.</summary>
    private Failure? CheckUpstreams(Func<Uri, bool> isPublic)
    {
        foreach (var (name, table) in _documents[0].Wanted)
        {
            if (UpstreamUrlIn(table) is { } text
                && text != (_documents[0].Current.TryGetValue(name, out var current) ? UpstreamUrlIn(current) : null)
                && Uri.TryCreate(text, UriKind.Absolute, out var url) && !isPublic(url))
            {
                return Forbidden($"[{name}.{UpstreamTable.Key}] has a \"url\" that is not https, or leads into the server's own network.");
            }
        }

        return null;
    }

    private static string? UpstreamUrlIn(TomlTable repository) =>
        repository.TryGetValue(UpstreamTable.Key, out var upstream) && upstream.Content is TomlTable table && table.TryGetValue(UpstreamTable.Url.Name, out var url)
            ? url.Content as string
            : null;

    private bool KeepsReference(RepositoryName own, Func<string, bool> handsOut, Func<string, bool> isShown)
    {
        var (config, secret) = (_documents[0].Wanted.GetValueOrDefault(own), _documents[1].Wanted.GetValueOrDefault(own));
        if (config is null)
        {
            return false;
        }

        // Where the password of an upstream index goes is part of HasSameReferences.
        return config.Any(pair => pair.Key != UpstreamTable.Key && !isShown(pair.Key) && ReferenceIn(pair) is not null)
            || (secret is not null && ReferenceIn(secret) is not null && (handsOut(TypeOf(config)) || !_documents[0].Current.TryGetValue(own, out var before) || TypeOf(before) != TypeOf(config)));
    }

    private static string AdviceFor(string key) => key is UpstreamPassword.VariableKey or UpstreamPassword.FileKey
        ? "the password of an upstream index stays with the \"url\" and \"user\" that it was placed for."
        : "send the value itself, in admin_secret.toml as \"raw\".";

    /// <summary>The repositories that a table would show if it is that of a group, whatever else it has.</summary>
    private static IEnumerable<RepositoryName> MembersOf(TomlTable table) =>
        from element in table.TryGetValue(GroupMembers.Key.Name, out var members) && members.Content is TomlArray array ? array : []
        let name = element.Content is string text && RepositoryName.TryParse(text, out var parsed, out _) ? parsed : null
        where name is not null
        select name;

    private static string TypeOf(TomlTable table) => table.TryGetValue("type", out var type) && type.Content is string text ? text : "";

    /// <summary>The first key, at any depth, that refers to a variable or file; null if there is none.</summary>
    private static string? ReferenceIn(object content) => content switch
    {
        TomlTable table => table.Select(ReferenceIn).FirstOrDefault(key => key is not null),
        TomlArray array => array.Select(element => ReferenceIn(element.Content)).FirstOrDefault(key => key is not null),
        _ => null,
    };

    // A table is none: its key may be a name that somebody chose, such as that of a token.
    private static string? ReferenceIn(KeyValuePair<string, TomlValue> pair) =>
        pair.Value.Content is not TomlTable && IsReference(pair.Key) ? pair.Key : ReferenceIn(pair.Value.Content);

    private static bool IsReference(string key) =>
        References.Any(kind => key.Equals(kind, StringComparison.OrdinalIgnoreCase) || key.EndsWith($"_{kind}", StringComparison.OrdinalIgnoreCase));

    private static Failure Forbidden(string why) => new(FailureKind.Forbidden, $"{why} {OnlyOperator}");

    /// <summary>The tables of one document by repository, as they are and as they are wanted.</summary>
    private sealed class Tables(string name, string? current, string? wanted)
    {
        public string Name => name;

        // Read on demand: the operator may do everything.
        public Dictionary<RepositoryName, TomlTable> Current => field ??= Read(current);

        public Dictionary<RepositoryName, TomlTable> Wanted => field ??= Read(wanted);

        public bool IsSame(RepositoryName repository) => IsSameBut(repository, _ => false);

        public bool IsSameBut(RepositoryName repository, Func<string, bool> isFree) => IsSame(repository, key => !isFree(key));

        /// <summary>Whether every reference, and every table that contains one, keeps its value. Of an upstream index, what its password is for.</summary>
        public bool HasSameReferences(RepositoryName repository) =>
            Current.ContainsKey(repository)
            && IsSame(
                repository,
                key => HasReference(Current, repository, key) || HasReference(Wanted, repository, key),
                (table, key) => table != UpstreamTable.Key || UpstreamTable.AddressKeys.Contains(key));

        // In constant time: the documents may hold secrets that the sender does not know.
        private bool IsSame(RepositoryName repository, Func<string, bool> counts, Func<string, string, bool>? countsWithin = null) =>
            Current.ContainsKey(repository) == Wanted.ContainsKey(repository)
            && CryptographicOperations.FixedTimeEquals(Digest(Current, repository, counts, countsWithin), Digest(Wanted, repository, counts, countsWithin));

        private static bool HasReference(Dictionary<RepositoryName, TomlTable> tables, RepositoryName repository, string key) =>
            tables[repository].TryGetValue(key, out var value) && ReferenceIn(new KeyValuePair<string, TomlValue>(key, value)) is not null;

        private static byte[] Digest(
            Dictionary<RepositoryName, TomlTable> tables, RepositoryName repository, Func<string, bool> counts, Func<string, string, bool>? countsWithin) =>
            tables.TryGetValue(repository, out var table)
                ? SHA256.HashData(Encoding.UTF8.GetBytes(TomlWriter.Write(Sorted(table, counts, countsWithin))))
                : [];

        /// <param name="table">A table.</param>
        /// <param name="counts">Whether a key of it counts.</param>
        /// <param name="countsWithin">Whether a key counts of the table that a key has; null where all do.</param>
        private static TomlTable Sorted(TomlTable table, Func<string, bool> counts, Func<string, string, bool>? countsWithin)
        {
            var sorted = new TomlTable();
            foreach (var (key, value) in table.Where(pair => counts(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                sorted.Add(key, value.Content is TomlTable inner ? Sorted(inner, within => countsWithin?.Invoke(key, within) != false, countsWithin: null) : value);
            }

            return sorted;
        }

        // Errors are reported by ConfigFile and SecretFile.
        private static Dictionary<RepositoryName, TomlTable> Read(string? text) =>
            text is null || !TomlReader.TryRead(text, out var document, out _)
                ? []
                : (from pair in document
                   let name = RepositoryName.TryParse(pair.Key, out var parsed, out _) ? parsed : null
                   where name is not null && pair.Value.Content is TomlTable
                   group (TomlTable)pair.Value.Content by name).ToDictionary(group => group.Key, group => group.First());
    }
}
