using System.Diagnostics;

namespace PyWharf.Unit.Infrastructure.Toml;

/// <summary>A fact about toml 0.10.2, the Python library of the original server: skipped where no Python has it (Debian: python3-toml).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTomlFactAttribute : FactAttribute
{
    private static readonly string? Interpreter = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(HasToml);

    public PythonTomlFactAttribute()
    {
        Skip = Interpreter is null ? "No python3 here has the package toml, version 0.10.2." : null;
    }

    /// <summary>Runs a script with some input, and gives what it printed.</summary>
    public static async Task<string> RunAsync(string script, string input)
    {
        using var process = Start(Interpreter!, script); // not null: the fact would have been skipped
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    private static bool HasToml(string interpreter)
    {
        try
        {
            using var process = Start(interpreter, "import toml; print(toml.__version__)");
            return process.StandardOutput.ReadToEnd().Trim() == "0.10.2";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }

    private static Process Start(string interpreter, string script)
    {
        var start = new ProcessStartInfo(interpreter, ["-X", "utf8", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{interpreter} did not start.");
    }
}
