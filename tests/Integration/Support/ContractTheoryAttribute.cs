using Xunit.Sdk;

namespace PyWharf.Integration.Support;

/// <summary>A test with data, otherwise as <see cref="ContractFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("PyWharf.Integration.Support.ContractTheoryDiscoverer", "PyWharf.Integration")]
internal sealed class ContractTheoryAttribute : TheoryAttribute;
