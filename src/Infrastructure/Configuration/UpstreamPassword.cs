namespace PyWharf.Infrastructure.Configuration;

/// <summary>Where the password for an upstream index is: in a variable or a file of the server.</summary>
/// <param name="key">The key of the configuration that says so: <c>password_env</c> or <c>password_file</c>.</param>
/// <param name="place">The variable's name, or the file's path.</param>
/// <param name="line">Makes the line of a problem.</param>
public sealed class UpstreamPassword(string key, string place, Func<string, string> line)
{
    /// <summary>The key of a variable.</summary>
    internal const string VariableKey = "password_env";

    /// <summary>The key of a file.</summary>
    internal const string FileKey = "password_file";

    /// <summary>The key that the document has for it.</summary>
    public string Key => key;

    /// <summary>The variable's name, or the file's path.</summary>
    public string Place => place;

    /// <summary>Reads it.</summary>
    /// <returns>What is wrong with the variable or file, as one line that begins with document, line and column; null if nothing is.</returns>
    public string? Resolve(out string password)
    {
        var problem = key == VariableKey ? SecretSource.ReadVariable(place, out password) : SecretSource.ReadFile(place, out password);

        return problem is null ? null : line(problem);
    }
}
