using PyWharf.Domain;
using PyWharf.Infrastructure.Toml;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// A secret as config.toml gives it, in one of four forms: <c>read_secret</c> is the secret itself, <c>read_secret_env</c> the variable and
/// <c>read_secret_file</c> the file that hold it, <c>read_secret_sha256</c> its SHA-256. Variables and files are not read together with the document: who
/// sent that may have no right to name them, and a command may need no secret.
/// </summary>
internal sealed class SecretSetting
{
    private const string Variable = "_env";
    private const string File = "_file";
    private const string Sha256 = "_sha256";

    private readonly string _form;
    private readonly string _value;
    private readonly Func<string, string> _problem;

    private SecretSetting(string key, string form, string value, Func<string, string> problem)
    {
        Key = key;
        _form = form;
        _value = value;
        _problem = problem;
    }

    /// <summary>The key that the document has for it.</summary>
    public string Key { get; }

    /// <summary>The secret, if the document itself has it.</summary>
    public string? Text => _form.Length == 0 ? _value : null;

    /// <summary>Its SHA-256, if that is all that the document has.</summary>
    public Sha256Digest? Digest => _form == Sha256 && Sha256Digest.TryParse(_value, out var digest) ? digest : null;

    /// <summary>The keys of all forms of a secret.</summary>
    public static IReadOnlyList<string> KeysOf(string name) => [name, name + Variable, name + File, name + Sha256];

    /// <summary>Where the secret is, for people.</summary>
    public string Source => _form switch
    {
        Variable => $"the environment variable {_value}",
        File => $"the file {_value}",
        Sha256 => "its SHA-256 in the configuration",
        _ => _value.Length == 0 ? "nowhere: it opens nothing" : "the configuration itself",
    };

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>Reads the one form that the table has; without one, and where it is wrong, the secret is empty.</summary>
    public static SecretSetting Read(RepositoryTable table, string name)
    {
        var setting = new SecretSetting(name, "", "", problem => problem);
        string? given = null;
        TomlPosition givenAt = default;
        foreach (var key in KeysOf(name))
        {
            if (!table.TryGetValue(key, out var value))
            {
                continue;
            }

            if (given is not null)
            {
                var second = (value.KeyPosition.Line, value.KeyPosition.Column).CompareTo((givenAt.Line, givenAt.Column)) > 0 ? value.KeyPosition : givenAt;
                table.Report($"[{table.Title}] has \"{given}\" and \"{key}\": a secret has one form only", second);
            }
            else if (value.Content is not string text)
            {
                table.Report($"\"{key}\" in [{table.Title}] must be a string; found: {value.Kind}", key);
            }
            else if (key == name + Sha256 && !Sha256Digest.TryParse(text, out _))
            {
                table.Report($"\"{key}\" in [{table.Title}] must be the SHA-256 of the secret, 64 hexadecimal digits", key);
            }
            else
            {
                setting = new SecretSetting(key, key[name.Length..], text, problem => table.Line($"\"{key}\" in [{table.Title}]: {problem}", key));
            }

            (given, givenAt) = (given ?? key, given is null ? value.KeyPosition : givenAt);
        }

        return setting;
    }

    /// <summary>Reads the variable or file, if the secret is there.</summary>
    /// <returns>What is wrong with it, with its position; null if nothing is.</returns>
    public string? Resolve(out SecretVerifier secret)
    {
        if (Digest is { } digest)
        {
            secret = SecretVerifier.Of(digest);

            return null;
        }

        var text = _value;
        var problem = _form switch
        {
            Variable => SecretSource.ReadVariable(_value, out text),
            File => SecretSource.ReadFile(_value, out text),
            _ => null,
        };
        secret = SecretVerifier.Of(new Secret(text));

        return problem is null ? null : _problem(problem);
    }
}
